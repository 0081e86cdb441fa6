using Sluice.Netfilter.Nftables.Changes;
using Sluice.Netfilter.Rules;

namespace Sluice.Dataplane.Planning.Nftables;

/// <summary>
/// What the kernel has to do so that it holds what a table holds: transactions, to be carried out one by one in their order. After
/// each, every packet meets what it would have met before the change or what it meets after it, never something between. It is
/// filled, carried out and cleared again and again; its lists keep their room.
/// </summary>
public sealed class NftablesChange
{
    private readonly NftTransaction[] _transactions;

    /// <summary>An empty change of a table.</summary>
    public NftablesChange(NftablesLayout layout)
    {
        ArgumentNullException.ThrowIfNull(layout);
        _transactions = [layout.NewTransaction(), layout.NewTransaction(), layout.NewTransaction()];
    }

    /// <summary>The transactions in order. Those that are empty are to be skipped: most changes need one, some two, few three.</summary>
    public IReadOnlyList<NftTransaction> Transactions => _transactions;

    /// <summary>
    /// Whether endpoints went whose clients are remembered. Then, behind the transactions, the elements of the map <c>affinity</c> are to
    /// be removed for which <see cref="NftablesTable.Remembers"/> says no: they lead to endpoints that are gone.
    /// </summary>
    public bool ForgetsClients { get; internal set; }

    /// <summary>How many elements come or go; one that gets another verdict or other data does both.</summary>
    public int ElementCount => _transactions[0].Elements.Count + _transactions[1].Elements.Count + _transactions[2].Elements.Count;

    /// <summary>Whether there is nothing to do.</summary>
    public bool IsEmpty => !ForgetsClients && _transactions[0].IsEmpty && _transactions[1].IsEmpty && _transactions[2].IsEmpty;

    /// <summary>Chains that come with it, until it is sealed.</summary>
    internal IReadOnlyList<Chain> NewChains => _transactions[(int)ChangePhase.Switch].NewChains;

    /// <summary>Chains that get other rules with it, until it is sealed.</summary>
    internal IReadOnlyList<Chain> RewrittenChains => _transactions[(int)ChangePhase.Switch].RewrittenChains;

    /// <summary>Empties it.</summary>
    public void Clear()
    {
        foreach (var transaction in _transactions)
        {
            transaction.Clear();
        }

        ForgetsClients = false;
    }

    /// <summary>Adds an element's coming or going.</summary>
    internal void Add(ChangePhase phase, ElementChange element) => _transactions[(int)phase].Elements.Add(element);

    /// <summary>Adds a chain that must be there before anything leads to it.</summary>
    internal void AddChain(Chain chain, bool isThere)
    {
        // The first transaction that is carried out: whether there is something to prepare is not known yet.
        var switching = _transactions[(int)ChangePhase.Switch];
        (isThere ? switching.RewrittenChains : switching.NewChains).Add(chain);
    }

    /// <summary>Adds a chain that nothing leads to any more.</summary>
    internal void RemoveChain(string name) => _transactions[(int)ChangePhase.CleanUp].OldChains.Add(name);

    /// <summary>All is added: chains go into the first transaction that is not empty.</summary>
    internal void Seal()
    {
        var (first, switching) = (_transactions[(int)ChangePhase.Prepare], _transactions[(int)ChangePhase.Switch]);
        if (first.Elements.Count > 0)
        {
            first.NewChains.AddRange(switching.NewChains);
            first.RewrittenChains.AddRange(switching.RewrittenChains);
            switching.NewChains.Clear();
            switching.RewrittenChains.Clear();
        }
    }
}

/// <summary>When a part of a change happens; each is one transaction.</summary>
internal enum ChangePhase
{
    /// <summary>What must be complete before the first packet is led to it: an interval set becomes visible a moment after the rest.</summary>
    Prepare,

    /// <summary>What comes, what gets other values, and what leads to it or no longer does.</summary>
    Switch,

    /// <summary>What nothing leads to any more.</summary>
    CleanUp,
}
