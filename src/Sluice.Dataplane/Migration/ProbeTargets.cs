using Sluice.Dataplane.Services;
using Sluice.Kubernetes.Intent;
using Sluice.Net;

namespace Sluice.Dataplane.Migration;

/// <summary>What the sides are asked about: every address of every Service port of either, another port of each cluster address, and a cluster address of nobody.</summary>
/// <param name="places">The node's addresses.</param>
/// <param name="family">The family.</param>
internal sealed class ProbeTargets(ProbePlaces places, IPFamily family)
{
    private const int MaxEndpoints = 2;

    private readonly Dictionary<(NetAddress, L4Protocol, int), ProbeTarget> _targets = [];
    private readonly HashSet<NetAddress> _addresses = [];

    /// <summary>The targets of both sides, in the order of the first, each once.</summary>
    public static IReadOnlyList<ProbeTarget> Of(MigrationSide from, MigrationSide to, ProbePlaces places, IPFamily family)
    {
        var targets = new ProbeTargets(places, family);
        foreach (var side in (MigrationSide[])[from, to])
        {
            if (side.Intent is { } intent)
            {
                targets.Add(intent);
            }

            if (side.Intent is null || side.Reference is not null)
            {
                targets.Add(ServiceFinder.FindAll(side.Snapshot));
            }
        }

        targets.AddNobodys((from.Intent ?? to.Intent)?.Node.ServiceCidrs ?? []);
        return [.. targets._targets.Values];
    }

    private void Add(ServiceIntent intent)
    {
        foreach (var port in intent.Ports)
        {
            var name = port.Name.ToString();
            var endpoints = port.Endpoints.All.Where(e => e.IsLocal).Take(1).Concat(port.Endpoints.All.Where(e => !e.IsLocal).Take(1)).Select(e => e.Address).ToEquatableArray();
            var allowed = port.SourceRanges.Where(r => r.Family == family).Take(MaxEndpoints).Select(Within).ToEquatableArray();
            Add(name, ServiceAddressKind.ClusterIP, port.ClusterIP, port.Port);
            foreach (var address in port.ExternalIPs)
            {
                Add(name, ServiceAddressKind.ExternalIP, address, port.Port);
            }

            foreach (var address in port.LoadBalancerIPs)
            {
                Add(name, ServiceAddressKind.LoadBalancer, address, port.Port);
            }

            foreach (var address in port.NodePort == 0 ? default : places.NodeAddresses)
            {
                Add(name, ServiceAddressKind.NodePort, address, port.NodePort);
            }

            void Add(string service, ServiceAddressKind kind, NetAddress address, int number) =>
                this.Add(new ProbeTarget(service, kind, port.Name.Protocol, address, number) { Endpoints = endpoints, AllowedSources = allowed });
        }

        foreach (var port in intent.Ports.DistinctBy(p => p.ClusterIP))
        {
            AddOtherPort(port.Name.ToString(), port.Name.Protocol, port.ClusterIP, port.Port);
        }
    }

    private void Add(IReadOnlyList<ServiceInfo> services)
    {
        foreach (var service in services.Where(s => s.Family == family && s.Protocol.HasPorts))
        {
            var endpoints = service.Endpoints.Select(e => e.Address).OfType<NetAddress>().Take(MaxEndpoints).ToEquatableArray();
            var allowed = service.SourceRanges.Where(r => r.Family == family).Take(MaxEndpoints).Select(Within).ToEquatableArray();
            foreach (var address in service.Addresses)
            {
                foreach (var ip in address.Address is { } known ? [known] : places.NodeAddresses)
                {
                    Add(new ProbeTarget(service.FullName, address.Kind, service.Protocol, ip, address.Port) { Endpoints = endpoints, AllowedSources = allowed });
                }
            }

            if (service.Addresses.FirstOrDefault(a => a.Kind == ServiceAddressKind.ClusterIP) is { Address: { } clusterIP } first)
            {
                AddOtherPort(service.FullName, service.Protocol, clusterIP, first.Port);
            }
        }
    }

    private void Add(ProbeTarget target)
    {
        _addresses.Add(target.Address);
        _targets.TryAdd((target.Address, target.Protocol, target.Port), target);
    }

    // The next port that no Service has there.
    private void AddOtherPort(string service, L4Protocol protocol, NetAddress address, int port)
    {
        do
        {
            port = port == ushort.MaxValue ? 1 : port + 1;
        }
        while (_targets.TryGetValue((address, protocol, port), out var there) && !there.IsOtherPort);
        _targets.TryAdd((address, protocol, port), new ProbeTarget(service, ServiceAddressKind.ClusterIP, protocol, address, port) { IsOtherPort = true });
    }

    // The last address of a range is seldom given out.
    private void AddNobodys(EquatableArray<Prefix> ranges)
    {
        foreach (var range in ranges.Where(r => r.Family == family && !r.IsHost))
        {
            var address = range.Address with { Bits = range.Address.Bits | ((UInt128.One << (range.Address.Width - range.Length)) - 2) };
            if (!_addresses.Contains(address))
            {
                _targets.TryAdd((address, L4Protocol.Tcp, 80), new ProbeTarget("(no Service)", ServiceAddressKind.ClusterIP, L4Protocol.Tcp, address, 80) { IsOtherPort = true });
            }
        }
    }

    private static NetAddress Within(Prefix range) => range.IsHost ? range.Address : range.Address with { Bits = range.Address.Bits + 1 };
}
