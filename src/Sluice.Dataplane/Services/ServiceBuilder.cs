using Sluice.Net;

namespace Sluice.Dataplane.Services;

/// <summary>Collects what rules say about one Service port.</summary>
internal sealed class ServiceBuilder(string name, string? portName, L4Protocol protocol)
{
    private readonly List<(ServiceAddress Address, bool IsKindKnown)> _addresses = [];

    /// <summary>The part that the Service's chains share; null until a rule sends packets to one of them.</summary>
    public string? Hash { get; set; }

    public int? HealthCheckPort { get; set; }

    private TrafficPolicy? SeenInternalPolicy { get; set; }

    /// <summary>A rule sends packets for this address on; what the same address is sent to by a later rule does not count.</summary>
    public void AddAddress(ServiceAddress address, bool isKindKnown)
    {
        if (!_addresses.Exists(a => a.Address.Kind == address.Kind && a.Address.Address == address.Address && a.Address.Port == address.Port))
        {
            _addresses.Add((address, isKindKnown));
        }
    }

    /// <summary>A rule refuses packets for this address.</summary>
    public void AddRefusal(ServiceAddress refused, ServiceRefusal refusal, bool isKindKnown, bool isLocal)
    {
        if (refused.Kind == ServiceAddressKind.ClusterIP && isLocal)
        {
            SeenInternalPolicy = TrafficPolicy.Local;
        }

        var isKnown = false;
        for (var i = 0; i < _addresses.Count; i++)
        {
            var (known, kind) = _addresses[i];
            var isSame = known.Port == refused.Port &&
                (refused.Kind == ServiceAddressKind.NodePort
                    ? known.Kind == ServiceAddressKind.NodePort
                    : known.Address == refused.Address);
            if (isSame)
            {
                isKnown = true;
                _addresses[i] = (known with { Refusal = known.Refusal ?? refusal }, kind);
            }
        }

        if (!isKnown)
        {
            _addresses.Add((refused with { Refusal = refusal }, isKindKnown));
        }
    }

    /// <summary>Everything together, with the endpoints where there are chains that say.</summary>
    public ServiceInfo Build(IPFamily family, ServiceRouting? routing)
    {
        var service = new ServiceInfo(name, portName, protocol, family)
        {
            Addresses = Addresses().ToEquatableArray(),
            HealthCheckPort = HealthCheckPort,
            InternalPolicy = SeenInternalPolicy,
        };
        return Finish(routing?.Complete(service, Hash) ?? service);
    }

    private static ServiceInfo Finish(ServiceInfo service)
    {
        foreach (var address in service.Addresses)
        {
            if (address.Refusal is { } refusal)
            {
                return service with { Refusal = refusal };
            }
        }

        return service;
    }

    // Rules that refuse do not say whether an address came from a load balancer; one mostly has a node port too.
    private IEnumerable<ServiceAddress> Addresses()
    {
        var hasNodePort = _addresses.Exists(a => a.Address.Kind == ServiceAddressKind.NodePort);
        return _addresses.Select(a => a.IsKindKnown || !hasNodePort
            ? a.Address
            : a.Address with { Kind = ServiceAddressKind.LoadBalancer });
    }
}
