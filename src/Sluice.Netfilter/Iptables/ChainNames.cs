using System.Text;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Text;

namespace Sluice.Netfilter.Iptables;

/// <summary>
/// The chains of the table being read, found by their UTF-8 names; hands out one shared jump statement per chain. A dump may have
/// a hundred thousand of them and names two in every rule.
/// </summary>
internal sealed class ChainNames(StringPool pool)
{
    private readonly Utf8Map<Verdict.Jump> _undeclared = new();
    private readonly List<ChainBuilder> _ordered = [];
    private int[] _buckets = new int[64];
    private (uint Hash, int Next)[] _entries = new (uint, int)[32];
    private int _next;

    /// <summary>The chains in the order of the dump.</summary>
    public IReadOnlyList<ChainBuilder> Chains => _ordered;

    /// <summary>The chain of that name; null when the dump has not named it yet.</summary>
    public ChainBuilder? Find(ReadOnlySpan<byte> name) => Find(name, Utf8Hash.Of(name));

    /// <summary>The chain of that name, added when it is new.</summary>
    public ChainBuilder GetOrAdd(ReadOnlySpan<byte> name)
    {
        var hash = Utf8Hash.Of(name);
        return Find(name, hash) ?? Add(name, hash);
    }

    /// <summary>The chain whose rules begin, added when it is new. Rules come in the order of their chains: the next one is likely.</summary>
    public ChainBuilder Enter(ReadOnlySpan<byte> name)
    {
        if (_next < _ordered.Count && Utf8Text.Equals(name, _ordered[_next].Name))
        {
            return _ordered[_next++];
        }

        var chain = GetOrAdd(name);
        _next = chain.Index + 1;
        return chain;
    }

    /// <summary>
    /// The jump to a chain that the dump has named; null when it has not. No chain can be called like a verdict, whatever a
    /// spoilt copy says.
    /// </summary>
    public Verdict.Jump? TryJump(ReadOnlySpan<byte> name) => IsVerdict(name) ? null : Find(name)?.Jump;

    /// <summary>The jump to a chain of that name, named by the dump or not.</summary>
    public Verdict.Jump Jump(ReadOnlySpan<byte> name)
    {
        if (TryJump(name) is { } jump)
        {
            return jump;
        }

        if (!_undeclared.TryGet(name, out var found))
        {
            found = new Verdict.Jump(pool.Get(name));
            _undeclared.Add(name, found);
        }

        return found;
    }

    /// <summary>The goto to a chain of that name.</summary>
    public Verdict.Goto Goto(ReadOnlySpan<byte> name) => Find(name) is { } chain ? chain.Goto : new Verdict.Goto(pool.Get(name));

    private static bool IsVerdict(ReadOnlySpan<byte> name) => name.Length <= 6 &&
        (name.SequenceEqual("ACCEPT"u8) || name.SequenceEqual("DROP"u8) || name.SequenceEqual("RETURN"u8) || name.SequenceEqual("QUEUE"u8));

    private ChainBuilder? Find(ReadOnlySpan<byte> name, uint hash)
    {
        for (var i = _buckets[hash & (uint)(_buckets.Length - 1)]; i > 0; i = _entries[i - 1].Next)
        {
            if (_entries[i - 1].Hash == hash && Utf8Text.Equals(name, _ordered[i - 1].Name))
            {
                return _ordered[i - 1];
            }
        }

        return null;
    }

    private ChainBuilder Add(ReadOnlySpan<byte> name, uint hash)
    {
        if (_ordered.Count == _entries.Length)
        {
            Grow();
        }

        ref var bucket = ref _buckets[hash & (uint)(_buckets.Length - 1)];
        _entries[_ordered.Count] = (hash, bucket);
        var chain = new ChainBuilder(Encoding.UTF8.GetString(name), _ordered.Count);
        _ordered.Add(chain);
        bucket = _ordered.Count;
        return chain;
    }

    private void Grow()
    {
        // By four: what was outgrown is garbage, and there is much of it with very many chains.
        Array.Resize(ref _entries, _entries.Length * 4);
        _ordered.EnsureCapacity(_entries.Length);
        _buckets = new int[_entries.Length * 2];
        for (var i = 0; i < _ordered.Count; i++)
        {
            ref var bucket = ref _buckets[_entries[i].Hash & (uint)(_buckets.Length - 1)];
            _entries[i].Next = bucket;
            bucket = i + 1;
        }
    }
}
