using Sluice.Netfilter.Iptables;

namespace Sluice.Dataplane.Diff;

/// <summary>
/// Removes chains of Services that are no more. A chain can go only when nothing leads to it: those that lead to others go first, and
/// what somebody else's rule leads to is emptied and stays.
/// </summary>
internal static class StaleRemoval
{
    /// <summary>Adds the batches; none when the dump may hide rules that lead to such chains.</summary>
    public static void AddTo(List<Func<RestoreBatch>> batches, KernelView view)
    {
        if (!view.IsWhole("nat"))
        {
            return;
        }

        var gone = new List<(string Name, bool IsRemoved)>();
        foreach (var (name, hasRules) in view.Stale)
        {
            var other = view.Jumps.WhoLeadsTo("nat", name);
            view.Findings.Add("stale chains", () => other is null ? $"nat {name} is stale" : $"nat {name} is stale, and stays: {other}, which is not the proxy's, leads to it");
            if (hasRules || other is null)
            {
                gone.Add((name, other is null));
            }
        }

        foreach (var chunk in gone.OrderBy(c => ChainKey.KindOf(c.Name)).ThenBy(c => c.Name, StringComparer.Ordinal).Chunk(Repair.ChainsPerBatch))
        {
            batches.Add(() =>
            {
                var nat = new TableDraft("nat");
                foreach (var (name, isRemoved) in chunk)
                {
                    if (isRemoved)
                    {
                        nat.Remove(name);
                    }
                    else
                    {
                        nat.Empty(name);
                    }
                }

                return TableDraft.ToBatch(nat);
            });
        }
    }
}
