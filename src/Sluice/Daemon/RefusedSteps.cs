using Sluice.Kubernetes.Intent;
using Sluice.Kubernetes.Objects;
using Sluice.Net;
using Sluice.Netfilter.Ipsets;
using Sluice.Netfilter.Ipvs;

namespace Sluice.Daemon;

/// <summary>Tells which Services steps that the kernel refused are about: those that have an address of the step, or its port as a node port.</summary>
internal static class RefusedSteps
{
    /// <summary>What finds the Services of an intent, less those that are as they were in another.</summary>
    public static Func<ServiceIntent, ServiceIntent?, IReadOnlySet<ObjectName>> Suspects(IReadOnlyList<IpvsStep> steps)
    {
        var addresses = steps.SelectMany(AddressesOf).ToHashSet();
        var ports = steps.SelectMany(PortsOf).ToHashSet();
        return (target, last) => target.Ports
            .Where(p => ports.Contains(p.NodePort) || ports.Contains(p.HealthCheckNodePort) || Addresses(p).Any(addresses.Contains))
            .Select(p => p.Name.Service)
            .Where(s => last is null || !last.PortsOf(s).Equals(target.PortsOf(s)))
            .ToHashSet();
    }

    private static IEnumerable<NetAddress> Addresses(PortIntent port) =>
        [port.ClusterIP, .. port.ExternalIPs, .. port.LoadBalancerIPs, .. port.Endpoints.All.Select(e => e.Address)];

    private static IEnumerable<NetAddress> AddressesOf(IpvsStep step) => step switch
    {
        IpvsStep.AddAddress { Address: var address } => [address],
        IpvsStep.AddEntry { Entry: var entry } => entry.Values.OfType<IpSetValue.Network>().Select(n => n.Prefix.Address),
        IpvsStep.AddReal { Real: var real } => [real.Address],
        IpvsStep.EditReal { Real: var real } => [real.Address],
        IpvsStep.AddServer { Server.Key: VirtualServerKey.Address key } => [key.IP],
        IpvsStep.EditServer { Server.Key: VirtualServerKey.Address key } => [key.IP],
        IpvsStep.ReplaceSet { Set: var set } => set.Entries.SelectMany(e => e.Values).OfType<IpSetValue.Network>().Select(n => n.Prefix.Address),
        _ => [],
    };

    // A node port's virtual servers have an address of the node, which no Service has.
    private static IEnumerable<int> PortsOf(IpvsStep step) => step switch
    {
        IpvsStep.AddEntry { Entry.Values: [IpSetValue.Port port] } => [port.Number],
        IpvsStep.AddServer { Server.Key: VirtualServerKey.Address key } => [key.Port],
        IpvsStep.EditServer { Server.Key: VirtualServerKey.Address key } => [key.Port],
        IpvsStep.AddReal { Key: VirtualServerKey.Address key } => [key.Port],
        _ => [],
    };
}
