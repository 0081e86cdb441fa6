using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Text;

namespace Sluice.Netfilter.Iptables;

/// <summary>A chain while it is being read.</summary>
internal sealed class ChainBuilder(string name)
{
    private Verdict.Goto? _goto;
    private List<ChainGap>? _gaps;

    public string Name => name;

    /// <summary>ACCEPT or DROP for a built-in chain; null for a user's chain, or while the dump has not said.</summary>
    public ChainPolicy? Policy { get; set; }

    public RuleCounters? PolicyCounters { get; set; }

    /// <summary>Where the dump declared the chain; <see cref="SourceSpan.None"/> while it has not.</summary>
    public SourceSpan Source { get; set; }

    public List<Rule> Rules { get; } = [];

    public IReadOnlyList<ChainGap> Gaps => _gaps ?? (IReadOnlyList<ChainGap>)[];

    public Verdict.Jump Jump { get; } = new(name);

    public Verdict.Goto Goto => _goto ??= new(name);

    /// <summary>Rules are missing after those read so far; false when that was known.</summary>
    public bool TryAddGap(SourceSpan source)
    {
        if (_gaps is [.., var last] && last.Before == Rules.Count)
        {
            return false;
        }

        (_gaps ??= []).Add(new ChainGap(Rules.Count, source));
        return true;
    }
}
