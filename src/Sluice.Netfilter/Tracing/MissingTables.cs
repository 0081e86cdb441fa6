using Sluice.Net;
using Sluice.Netfilter.Rules;

namespace Sluice.Netfilter.Tracing;

/// <summary>What a trace makes of tables that the snapshot lacks: says so, and reads the marks they would have acted on.</summary>
internal sealed class MissingTables(NodeSnapshot node, Assumptions assumptions)
{
    private const uint DropMark = 0x8000;
    private const uint MasqueradeMark = 0x4000;

    /// <summary>Says which tables and addresses the snapshot lacks.</summary>
    public static void Note(NodeSnapshot node, IPFamily family, Assumptions assumptions)
    {
        if (node.Interfaces is null)
        {
            assumptions.Add("no addresses of the node in the snapshot: only loopback addresses are taken as its own");
        }

        foreach (var table in (string[])["nat", "filter"])
        {
            if (node.Ruleset.Find(family, table) is null)
            {
                assumptions.Add($"no {table} table{(family == IPFamily.IPv6 ? " for IPv6" : "")} in the snapshot");
            }
        }
    }

    /// <summary>Without the filter table the mark is all that is left of the decision to drop; null when the packet passes.</summary>
    public string? DropReason(Branch branch)
    {
        var family = branch.Packet.Family;
        if ((branch.Packet.Mark & DropMark) == 0 || node.Ruleset.Find(family, "filter") is not null || !HasNatChain(family, "KUBE-MARK-DROP"))
        {
            return null;
        }

        assumptions.Add("mark 0x8000 is taken as kubelet's drop mark (KUBE-FIREWALL in the filter table, which the snapshot lacks)");
        return Reasons.ForMarkDrop(branch);
    }

    /// <summary>Masquerades a packet that kube-proxy marked for it when the chain that would do it is not in the snapshot.</summary>
    public void Masquerade(Branch branch)
    {
        var family = branch.Packet.Family;
        if ((branch.Packet.Mark & MasqueradeMark) == 0 || branch.Masqueraded || branch.Connection is not null ||
            !HasNatChain(family, "KUBE-MARK-MASQ") || HasNatChain(family, "KUBE-POSTROUTING"))
        {
            return;
        }

        assumptions.Add("mark 0x4000 is taken as kube-proxy's masquerade mark (KUBE-POSTROUTING in the nat table, which the snapshot lacks)");
        branch.Masqueraded = true;
        Translation.Masquerade(branch, node, ports: null, NatFlags.None);
    }

    private bool HasNatChain(IPFamily family, string name) => node.Ruleset.Find(family, "nat")?.FindChain(name) is not null;
}
