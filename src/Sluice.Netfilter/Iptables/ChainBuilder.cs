using Sluice.Net;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Text;

namespace Sluice.Netfilter.Iptables;

/// <summary>A chain while it is being read. Small: a node may have a hundred thousand.</summary>
internal sealed class ChainBuilder(string name, int index)
{
    private Rule[] _rules = [];
    private Details? _details;
    private bool _hasRoom;

    public string Name => name;

    /// <summary>Its place among the chains of the dump.</summary>
    public int Index => index;

    /// <summary>Where the dump declared the chain; <see cref="SourceSpan.None"/> while it has not.</summary>
    public SourceSpan Source { get; set; }

    /// <summary>ACCEPT or DROP for a built-in chain; null for a user's chain, or while the dump has not said.</summary>
    public ChainPolicy? Policy
    {
        get => _details?.Policy;
        set => More.Policy = value;
    }

    /// <summary>What the dump showed of packets that reached the policy; null without counters.</summary>
    public RuleCounters? PolicyCounters
    {
        get => _details?.PolicyCounters;
        set => More.PolicyCounters = value;
    }

    /// <summary>The rules so far, those that the cursor still holds for the open chain not among them.</summary>
    public ReadOnlySpan<Rule> Rules => _rules.AsSpan(0, Count);

    /// <summary>How many rules there are so far, those that the cursor still holds not among them.</summary>
    public int Count { get; private set; }

    public Verdict.Jump Jump { get; } = new(name);

    public Verdict.Goto Goto => More.Goto ??= new(name);

    private Details More => _details ??= new Details();

    /// <summary>Adds rules. The first time they take just their room: most chains are given in one piece.</summary>
    public void Append(ReadOnlySpan<Rule> rules)
    {
        if (Count == 0)
        {
            _rules = rules.ToArray();
        }
        else
        {
            MakeRoom(rules.Length);
            rules.CopyTo(_rules.AsSpan(Count));
        }

        Count += rules.Length;
    }

    /// <summary>Puts a rule before the one at the position, or last.</summary>
    public void Insert(int position, Rule rule)
    {
        position = Math.Min(position, Count);
        MakeRoom(1);
        Array.Copy(_rules, position, _rules, position + 1, Count - position);
        _rules[position] = rule;
        Count++;
    }

    /// <summary>Rules are missing after those read so far; false when that was known.</summary>
    public bool TryAddGap(SourceSpan source)
    {
        if (More.Gaps is [.., var last] && last.Before == Count)
        {
            return false;
        }

        More.Gaps.Add(new ChainGap(Count, source));
        return true;
    }

    /// <summary>The chain as a value in the table of that name. The builder is done then: the chain takes its rules.</summary>
    public Chain Build(string table, TableBackend backend)
    {
        if (_hasRoom)
        {
            Array.Resize(ref _rules, Count);
        }

        return new Chain(name, BuiltinChains.Find(table, name, backend, Policy ?? ChainPolicy.Accept), new EquatableArray<Rule>(_rules))
        {
            Source = Source,
            Gaps = _details is { Gaps.Count: > 0 } ? _details.Gaps.ToEquatableArray() : default,
            PolicyCounters = PolicyCounters,
        };
    }

    private void MakeRoom(int more)
    {
        if (_rules.Length < Count + more)
        {
            Array.Resize(ref _rules, Math.Max(Count + more, Count * 2));
            _hasRoom = true;
        }
    }

    // What few chains have.
    private sealed class Details
    {
        public ChainPolicy? Policy { get; set; }

        public RuleCounters? PolicyCounters { get; set; }

        public Verdict.Goto? Goto { get; set; }

        public List<ChainGap> Gaps { get; } = [];
    }
}
