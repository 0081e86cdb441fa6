using Sluice.Netfilter.Rules;

namespace Sluice.Dataplane.Planning.Nftables;

/// <summary>
/// The chains that are made when needed. One that was needed stays: the next list of that length needs it again, and there are only as
/// many as lists have had lengths. A comparison removes what is not needed any more.
/// </summary>
internal sealed class ChainRegistry(NftablesLayout layout)
{
    // With their names, made once: every verdict names one.
    private readonly Dictionary<PlannedVerdict, string> _needed = [];
    private bool _hasAffinity;

    /// <summary>The name of the chain that a verdict goes to; when it is not there, or not so, it comes with the change.</summary>
    /// <param name="verdict">The verdict.</param>
    /// <param name="change">The change.</param>
    /// <param name="dump">The chains that the kernel has besides those that were needed before; null for none.</param>
    public string Require(PlannedVerdict verdict, NftablesChange change, NftablesDump? dump = null)
    {
        if (_needed.TryGetValue(verdict, out var name))
        {
            return name;
        }

        if (verdict.Kind == VerdictKind.Learn && !_hasAffinity)
        {
            _hasAffinity = true;
            foreach (var chain in layout.Chains.MakeAffinity())
            {
                Add(chain, change, dump);
            }
        }

        if (verdict.Kind is VerdictKind.Draw or VerdictKind.Learn)
        {
            if (ChainMaker.LeadsTo(verdict) is { Exists: true } next)
            {
                Require(next, change, dump);
            }

            Add(layout.Chains.Make(verdict), change, dump);
        }

        return _needed[verdict] = TableChains.NameOf(verdict);
    }

    /// <summary>The chains that were needed, with their rules.</summary>
    public IEnumerable<Chain> Chains => (_hasAffinity ? layout.Chains.MakeAffinity() : [])
        .Concat(_needed.Keys.Where(v => v.Kind is VerdictKind.Draw or VerdictKind.Learn).Select(layout.Chains.Make));

    /// <summary>Whether a chain of a kernel is needed; one that is fixed always is.</summary>
    public bool IsNeeded(string name) => layout.IsFixed(name) || (_hasAffinity && NftablesLayout.IsForAffinity(name)) || _needed.ContainsKey(TableChains.Parse(name));

    /// <summary>Whether clients are remembered.</summary>
    public bool HasAffinity => _hasAffinity;

    /// <summary>Forgets all: what is there is now for a dump to say.</summary>
    public void Forget()
    {
        _needed.Clear();
        _hasAffinity = false;
    }

    private static void Add(Chain chain, NftablesChange change, NftablesDump? dump)
    {
        var there = dump?.FindChain(chain.Name);
        if (there is null || !there.Rules.Equals(chain.Rules))
        {
            change.AddChain(chain, isThere: there is not null);
        }
    }
}
