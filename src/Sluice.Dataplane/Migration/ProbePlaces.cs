using Sluice.Dataplane.Modes;
using Sluice.Dataplane.Services;
using Sluice.Kubernetes.Intent;
using Sluice.Net;
using Sluice.Netfilter.Routing;

namespace Sluice.Dataplane.Migration;

/// <summary>Where packets come from, and which addresses the node has, as far as one of the sides tells.</summary>
/// <param name="Pod">A pod of the node.</param>
/// <param name="PodInterface">The interface of its packets; null when that does not matter.</param>
/// <param name="NodeIP">The node's own address.</param>
/// <param name="NodeAddresses">Addresses on which node ports may be served, the node's own first.</param>
internal sealed record ProbePlaces(NetAddress Pod, string? PodInterface, NetAddress NodeIP, EquatableArray<NetAddress> NodeAddresses)
{
    // More would be more of the same.
    private const int MaxNodeAddresses = 4;

    private static readonly NetAddress[] s_node = [NetAddress.Parse("192.0.2.1"), NetAddress.Parse("2001:db8::1")];
    private static readonly NetAddress[] s_loopback = [NetAddress.Parse("127.0.0.1"), NetAddress.Parse("::1")];

    /// <summary>Places for a family: of the first side that has a cluster, else of dumps.</summary>
    public static ProbePlaces Of(MigrationSide from, MigrationSide to, IPFamily family)
    {
        MigrationSide[] sides = [from, to];
        return sides.Select(s => s.Intent).OfType<ServiceIntent>().FirstOrDefault() is { } intent ? OfIntent(intent, sides, family) : OfDumps(sides, family);
    }

    private static ProbePlaces OfIntent(ServiceIntent intent, MigrationSide[] sides, IPFamily family)
    {
        var node = intent.Node;
        var own = node.NodeIP(family) ?? sides.SelectMany(s => Own(s, family)).Cast<NetAddress?>().FirstOrDefault() ?? s_node[(int)family];
        var (pod, podInterface) = PlannedSurroundings.Pod(node, family);
        return Make(pod, podInterface, own, node.LocalAddresses.Where(a => a.Family == family && !a.IsLoopback), family);
    }

    private static ProbePlaces OfDumps(MigrationSide[] sides, IPFamily family)
    {
        var addresses = sides.SelectMany(s => Own(s, family)).ToList();
        var own = addresses.Cast<NetAddress?>().FirstOrDefault() ?? s_node[(int)family];
        foreach (var side in sides)
        {
            var services = ServiceFinder.FindAll(side.Snapshot);
            if (PodNetwork.Guess(side.Snapshot, family, services) is { } pods)
            {
                return Make(pods.PickAddress(side.Snapshot, services), pods.Interface, own, addresses, family);
            }
        }

        return Make(PlannedSurroundings.Client(family), null, own, addresses, family);
    }

    private static ProbePlaces Make(NetAddress pod, string? podInterface, NetAddress own, IEnumerable<NetAddress> others, IPFamily family) => new(
        pod, podInterface, own, others.Prepend(own).Distinct().Take(MaxNodeAddresses).Append(s_loopback[(int)family]).ToEquatableArray());

    private static IEnumerable<NetAddress> Own(MigrationSide side, IPFamily family) => (side.Snapshot.Interfaces?.Interfaces ?? [])
        .Where(i => i.Name != Planning.Ipvs.IpvsLayout.Interface)
        .SelectMany(i => i.Addresses)
        .Where(a => a.Address.Family == family && a.Scope == AddressScope.Global)
        .Select(a => a.Address);
}
