using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Text;

namespace Sluice.Netfilter.Iptables;

/// <summary>The chains of the table being read; hands out one shared jump statement per chain.</summary>
internal sealed class ChainNames(StringPool pool)
{
    private readonly Utf8Map<ChainBuilder> _chains = new();
    private readonly Utf8Map<Verdict.Jump> _undeclared = new();
    private readonly List<ChainBuilder> _ordered = [];

    /// <summary>The chains in the order of the dump.</summary>
    public IReadOnlyList<ChainBuilder> Chains => _ordered;

    /// <summary>The chain of that name; null when the dump has not named it yet.</summary>
    public ChainBuilder? Find(ReadOnlySpan<byte> name) => _chains.TryGet(name, out var chain) ? chain : null;

    /// <summary>The chain of that name, added when it is new.</summary>
    public ChainBuilder GetOrAdd(ReadOnlySpan<byte> name)
    {
        if (!_chains.TryGet(name, out var chain))
        {
            chain = new ChainBuilder(pool.Get(name));
            _chains.Add(name, chain);
            _ordered.Add(chain);
        }

        return chain;
    }

    /// <summary>The jump to a chain that the dump has named; null when it has not.</summary>
    public Verdict.Jump? TryJump(ReadOnlySpan<byte> name) => _chains.TryGet(name, out var chain) ? chain.Jump : null;

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
    public Verdict.Goto Goto(ReadOnlySpan<byte> name) => _chains.TryGet(name, out var chain) ? chain.Goto : new Verdict.Goto(pool.Get(name));
}
