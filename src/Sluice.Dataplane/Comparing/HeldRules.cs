using Sluice.Netfilter;

namespace Sluice.Dataplane.Comparing;

/// <summary>What a kernel holds for Services, in numbers.</summary>
/// <param name="Rules">Rules in all chains.</param>
/// <param name="Chains">Chains, but for those that iptables' tables always have.</param>
/// <param name="Elements">Elements of nftables' sets and maps, and entries of ipsets.</param>
/// <param name="VirtualServers">Virtual servers of IPVS.</param>
/// <param name="RealServers">Real servers of all of them together.</param>
public sealed record HeldRules(int Rules, int Chains, int Elements, int VirtualServers, int RealServers)
{
    /// <summary>Counts what a node holds.</summary>
    public static HeldRules Of(NodeSnapshot node)
    {
        ArgumentNullException.ThrowIfNull(node);
        var (rules, chains, elements) = (0, 0, 0);
        foreach (var table in node.Ruleset.Tables)
        {
            foreach (var chain in table.Chains)
            {
                rules += chain.Rules.Count;
                chains += chain.Base is null || table.IsNative ? 1 : 0;
            }

            foreach (var set in table.Sets)
            {
                elements += set.Elements.Count;
            }
        }

        foreach (var set in node.Ipsets?.Sets ?? [])
        {
            elements += set.Entries.Count;
        }

        var servers = node.Ipvs?.Servers ?? [];
        return new HeldRules(rules, chains, elements, servers.Count, servers.Sum(s => s.RealServers.Count));
    }
}
