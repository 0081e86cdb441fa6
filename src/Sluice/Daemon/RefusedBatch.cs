using Sluice.Dataplane.Planning;
using Sluice.Kubernetes.Intent;
using Sluice.Kubernetes.Objects;
using Sluice.Netfilter.Iptables;

namespace Sluice.Daemon;

/// <summary>Tells which Services a batch that iptables-restore refused is about.</summary>
internal static class RefusedBatch
{
    /// <summary>The Services of an intent that a batch writes chains or rules of, and that are not as they were.</summary>
    public static IReadOnlySet<ObjectName> Services(RestoreBatch batch, IptablesPlanOptions options, ServiceIntent target, ServiceIntent? last)
    {
        var chains = batch.Tables.SelectMany(t => t.Emptied).ToHashSet();
        var rules = batch.Tables.SelectMany(t => t.Commands).Select(c => c.Rule).ToHashSet();
        var planner = new IptablesPlanner(options);
        var isLarge = new IptablesPlan(target, options).IsLargeCluster;
        var touched = new HashSet<ObjectName>();
        foreach (var port in target.Ports)
        {
            var service = port.Name.Service;
            if (touched.Contains(service) || (last is not null && last.PortsOf(service).Equals(target.PortsOf(service))))
            {
                continue;
            }

            var plan = planner.Plan(port, target.Node, isLarge);
            if (plan.Chains.Any(c => chains.Contains(c.Name)) || plan.Dispatch.Any(r => rules.Contains(r.Rule)))
            {
                touched.Add(service);
            }
        }

        return touched;
    }
}
