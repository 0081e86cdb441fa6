using Sluice.Dataplane.Planning;
using Sluice.Kubernetes.Objects;

namespace Sluice.Dataplane.Diff;

/// <summary>What changes for one Service: its own chains, and its rules in the chains shared by all.</summary>
/// <param name="Written">Its chains that are new or different, as planned.</param>
/// <param name="Removed">Its chains that are no more.</param>
/// <param name="Edits">Its changes in shared chains, at most one each.</param>
internal sealed record ServiceDelta(
    IReadOnlyList<PlannedChain> Written, IReadOnlyList<PlannedChain> Removed, IReadOnlyList<DispatchEdit> Edits)
{
    /// <summary>Compares the plans of a Service.</summary>
    public static ServiceDelta Of(IptablesPlan before, IptablesPlan after, ObjectName service)
    {
        var had = before.PortsOf(service).ToList();
        var has = after.PortsOf(service).ToList();
        var gone = had.SelectMany(p => p.Chains).ToDictionary(c => c.Name, StringComparer.Ordinal);
        var written = new List<PlannedChain>();
        foreach (var chain in has.SelectMany(p => p.Chains))
        {
            if (!gone.Remove(chain.Name, out var old) || !old.Equals(chain))
            {
                written.Add(chain);
            }
        }

        return new ServiceDelta(written, [.. gone.Values], Compare(had, has));
    }

    private static List<DispatchEdit> Compare(List<ServicePlan> had, List<ServicePlan> has)
    {
        var edits = new List<DispatchEdit>();
        for (var i = 0; i < SharedChains.Dispatching.Count; i++)
        {
            var before = RulesIn(i, had);
            var after = RulesIn(i, has);
            if (!before.AsSpan().SequenceEqual(after))
            {
                edits.Add(DispatchEdit.Between(i, before, after));
            }
        }

        return edits;
    }

    private static string[] RulesIn(int chain, List<ServicePlan> ports)
    {
        var (table, name) = SharedChains.Dispatching[chain];
        var rules = new List<string>();
        foreach (var port in ports)
        {
            foreach (var rule in port.Dispatch)
            {
                if (rule.Chain == name && rule.Table == table)
                {
                    rules.Add(rule.Rule);
                }
            }
        }

        return [.. rules];
    }
}
