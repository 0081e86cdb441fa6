using Sluice.Net;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Rules.Matches;

namespace Sluice.Dataplane.Services;

/// <summary>Finds the addresses of pods in rules that treat them apart.</summary>
internal static class PodNetworkRules
{
    // Chains of network plugins whose rules name the network of pods as source, with what to call them.
    private static readonly (string Table, string Chain, string Maker)[] s_plugins =
    [
        ("nat", "FLANNEL-POSTRTG", "flannel"), ("filter", "FLANNEL-FWD", "flannel"), ("nat", "POSTROUTING", "the network plugin"),
        ("filter", "FORWARD", "the network plugin"), ("filter", "KUBE-FORWARD", "kube-proxy"),
    ];

    public static PodNetwork? Find(Ruleset ruleset, IPFamily family)
    {
        if (ruleset.Find(family, "nat") is { } nat && FromServices(nat) is { } found)
        {
            return found;
        }

        foreach (var (table, chain, maker) in s_plugins)
        {
            if (ruleset.Find(family, table)?.FindChain(chain) is { } plugin && FromPlugin(plugin) is { } prefix)
            {
                return new PodNetwork(prefix, $"{maker} names it as a source in {chain}");
            }
        }

        return null;
    }

    // What does not come from a pod is masqueraded on its way to a Service; what does may use a Service's external address directly.
    private static PodNetwork? FromServices(Table nat)
    {
        foreach (var chain in nat.Chains)
        {
            if (chain.Name != ServiceChains.Services && ServiceChains.Hash(chain.Name) is null)
            {
                continue;
            }

            foreach (var rule in chain.Rules)
            {
                var target = (rule.Verdict as Verdict.Jump)?.Chain;
                var isMark = ServiceChains.IsMasqueradeMark(target);
                if (Source(rule) is { } source && (isMark ? source.Inverted : ServiceChains.IsCluster(target) && !source.Inverted))
                {
                    return new PodNetwork(source.Prefix, isMark
                        ? $"rules of {chain.Name} masquerade what does not come from it"
                        : $"rules of {chain.Name} let it reach all endpoints");
                }
            }
        }

        return null;
    }

    private static Prefix? FromPlugin(Chain chain)
    {
        foreach (var rule in chain.Rules)
        {
            if (Source(rule) is { Inverted: false } source && rule.Find<InterfaceMatch>() is null)
            {
                return source.Prefix;
            }
        }

        return null;
    }

    private static AddressMatch? Source(Rule rule)
    {
        foreach (var part in rule.Parts.Span)
        {
            // A single host or everything is no network of pods; nor are loopback and groups.
            if (part is AddressMatch { End: PacketEnd.Source, Prefix: { IsHost: false, Length: > 0, Address: { IsLoopback: false, IsMulticast: false } } } match)
            {
                return match;
            }
        }

        return null;
    }
}
