using System.Text;
using Sluice.Dataplane.Planning;
using Sluice.Kubernetes.Objects;

namespace Sluice.Benchmarks;

/// <summary>
/// The input with which kube-proxy makes a change of one Service: all rules of the chains that Services share, and the chains of that
/// Service alone (its partial sync); here with the chains that the change leaves behind removed.
/// </summary>
internal static class RouteRewrite
{
    public static byte[] Of(IptablesPlan before, IptablesPlan after, ObjectName service)
    {
        var text = new StringBuilder();
        var own = after.PortsOf(service).SelectMany(p => p.Chains).ToList();
        var kept = own.Select(c => c.Name).ToHashSet();
        var gone = before.PortsOf(service).SelectMany(p => p.Chains).Select(c => c.Name).Where(name => !kept.Contains(name)).ToList();
        WriteTable("filter", after, [], [], text);
        WriteTable("nat", after, own, gone, text);
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static void WriteTable(string table, IptablesPlan plan, List<PlannedChain> own, List<string> gone, StringBuilder text)
    {
        var shared = plan.SharedChains.Where(c => c.Table == table).ToList();
        text.Append($"*{table}\n");
        foreach (var name in shared.Concat(own).Select(c => c.Name).Concat(gone).Order(StringComparer.Ordinal))
        {
            text.Append($":{name} - [0:0]\n");
        }

        foreach (var rule in plan.Ports.SelectMany(p => p.Dispatch).Where(r => r.Table == table))
        {
            text.Append($"-A {rule.Chain} {rule.Rule}\n");
        }

        foreach (var chain in own.Concat(shared))
        {
            foreach (var rule in chain.Rules)
            {
                text.Append($"-A {chain.Name} {rule}\n");
            }
        }

        gone.ForEach(name => text.Append($"-X {name}\n"));
        text.Append("COMMIT\n");
    }
}
