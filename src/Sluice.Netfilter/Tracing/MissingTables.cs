using Sluice.Net;
using Sluice.Netfilter.Ipvs;
using Sluice.Netfilter.Rules;

namespace Sluice.Netfilter.Tracing;

/// <summary>What a trace makes of tables that the snapshot lacks: says so, and reads the marks they would have acted on.</summary>
internal sealed class MissingTables(NodeSnapshot node, Assumptions assumptions)
{
    private const uint DropMark = 0x8000;
    private const uint MasqueradeMark = 0x4000;

    /// <summary>Says which tables and addresses the snapshot lacks.</summary>
    public static void Note(NodeSnapshot node, IPFamily family, bool isTracked, Assumptions assumptions)
    {
        if (node.Interfaces is null)
        {
            var others = node.Ipvs is { Servers.Count: > 0 } ? " and those of virtual servers" : "";
            assumptions.Add($"no addresses of the node in the snapshot: only loopback addresses{others} are taken as its own");
        }
        else if (node.Interfaces.Interfaces.All(i => i.Name == IpvsTable.KubeInterface))
        {
            assumptions.Add($"no addresses of the node in the snapshot but those of {IpvsTable.KubeInterface}: only these and loopback addresses are taken as its own");
        }

        NoteNative(node.Ruleset, family, isTracked, assumptions);

        // A dump of nftables holds all tables: what it lacks, the node lacks.
        if (node.Ruleset.Of(family).Any(t => t.IsNative && t.Chains.Any(c => c.Base is not null)))
        {
            return;
        }

        foreach (var table in (string[])["nat", "filter"])
        {
            if (node.Ruleset.Find(family, table) is null)
            {
                assumptions.Add($"no {table} table{(family == IPFamily.IPv6 ? " for IPv6" : "")} in the snapshot");
            }
        }
    }

    private static void NoteNative(Ruleset ruleset, IPFamily family, bool isTracked, Assumptions assumptions)
    {
        foreach (var table in ruleset.Tables)
        {
            if (table is { IsNative: true, IsDormant: false } && table.Chains.Any(c => c.Rules.Count > 0 && (c.Device is not null || table.Family is TableFamily.Bridge or TableFamily.Netdev)))
            {
                assumptions.Add($"table {table.Family.ToString().ToLowerInvariant()} {table.Name} has chains below IP, which are not followed: they are taken to let the packet pass");
            }
        }

        if (!isTracked && ruleset.Of(family).Any(t => t.Chains.Any(c => c.Base?.Type == ChainType.Nat)))
        {
            assumptions.Add("no rule needs connection tracking: the kernel calls no nat chain without it");
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
