using System.Text.Json;
using Sluice.Kubernetes.Json;
using Sluice.Kubernetes.Objects;
using Sluice.Net;

namespace Sluice.Kubernetes.Decoding;

/// <summary>Reads Services.</summary>
internal static class ServiceDecoder
{
    private const int DefaultAffinitySeconds = 10800;

    // The API's bound for a client's memory: one day.
    private const int MaxAffinitySeconds = 86400;

    private static readonly FieldNames s_service = new("apiVersion", "kind", "metadata", "spec", "status");

    private static readonly FieldNames s_spec = new(
        "type", "clusterIP", "clusterIPs", "ports", "externalIPs", "loadBalancerSourceRanges", "internalTrafficPolicy", "externalTrafficPolicy",
        "sessionAffinity", "sessionAffinityConfig", "healthCheckNodePort");

    private static readonly FieldNames s_status = new("loadBalancer");
    private static readonly FieldNames s_loadBalancer = new("ingress");
    private static readonly FieldNames s_ingress = new("ip", "ipMode");
    private static readonly FieldNames s_affinity = new("clientIP");
    private static readonly FieldNames s_clientIP = new("timeoutSeconds");

    public static Service Read(ref Utf8JsonReader json, TextPool texts)
    {
        Metadata? metadata = null;
        var service = new Service(default(ObjectName));
        var hasSpec = false;
        var fields = s_service.Open(ref json);
        while (fields.Next(ref json) is { } field)
        {
            switch (field)
            {
                case "metadata":
                    metadata = Metadata.Read(ref json, ObjectKind.Service, texts);
                    break;
                case "spec":
                    hasSpec = true;
                    service = ReadSpec(ref json, service, texts);
                    break;
                case "status":
                    service = service with { LoadBalancerIPs = ReadStatus(ref json) };
                    break;
            }
        }

        return metadata is not { } known ? throw json.Missing("metadata", "an object")
            : !hasSpec ? throw json.Missing("spec", "an object")
            : service with { Name = known.Name, HasOtherProxy = known.HasOtherProxy };
    }

    private static Service ReadSpec(ref Utf8JsonReader json, Service service, TextPool texts)
    {
        NetAddress? single = null;
        var remembersClients = false;
        var seconds = DefaultAffinitySeconds;
        var fields = s_spec.Open(ref json);
        while (fields.Next(ref json) is { } field)
        {
            switch (field)
            {
                case "type":
                    service = service with { Type = ReadType(ref json) };
                    break;
                case "clusterIP":
                    single = ReadClusterIP(ref json);
                    break;
                case "clusterIPs":
                    service = service with { ClusterIPs = ReadClusterIPs(ref json) };
                    break;
                case "ports":
                    service = service with { Ports = ServicePortDecoder.ReadAll(ref json, texts) };
                    break;
                case "externalIPs":
                    service = service with { ExternalIPs = AddressLists.Known(ref json) };
                    break;
                case "loadBalancerSourceRanges":
                    service = service with { SourceRanges = AddressLists.Ranges(ref json) };
                    break;
                case "internalTrafficPolicy":
                    service = service with { InternalTrafficPolicy = ReadPolicy(ref json) };
                    break;
                case "externalTrafficPolicy":
                    service = service with { ExternalTrafficPolicy = ReadPolicy(ref json) };
                    break;
                case "sessionAffinity":
                    remembersClients = ReadAffinity(ref json);
                    break;
                case "sessionAffinityConfig":
                    seconds = ReadAffinitySeconds(ref json);
                    break;
                case "healthCheckNodePort":
                    service = service with { HealthCheckNodePort = json.Number(0, 65535) };
                    break;
            }
        }

        if (service.ClusterIPs.Count == 0 && single is { } address)
        {
            service = service with { ClusterIPs = [address] };
        }

        // The API has no such Service; a file that is cut has.
        return service is { ClusterIPs.Count: > 0, Ports.Count: 0, Type: not ServiceType.ExternalName }
            ? throw json.Missing("ports", "at least one port")
            : service with { AffinitySeconds = remembersClients ? seconds : null };
    }

    private static ServiceType ReadType(ref Utf8JsonReader json) => json.Text() switch
    {
        "" or "ClusterIP" => ServiceType.ClusterIP,
        "NodePort" => ServiceType.NodePort,
        "LoadBalancer" => ServiceType.LoadBalancer,
        "ExternalName" => ServiceType.ExternalName,
        _ => throw json.Unexpected("ClusterIP, NodePort, LoadBalancer or ExternalName"),
    };

    private static TrafficPolicy ReadPolicy(ref Utf8JsonReader json) => json.Text() switch
    {
        "" or "Cluster" => TrafficPolicy.Cluster,
        "Local" => TrafficPolicy.Local,
        _ => throw json.Unexpected("Cluster or Local"),
    };

    private static bool ReadAffinity(ref Utf8JsonReader json) => json.Text() switch
    {
        "" or "None" => false,
        "ClientIP" => true,
        _ => throw json.Unexpected("None or ClientIP"),
    };

    // Headless Services say None, those that have no address yet say nothing.
    private static NetAddress? ReadClusterIP(ref Utf8JsonReader json) => json.Text() is "" or "None"
        ? null
        : json.TryAddress(out var address) ? address : throw json.Unexpected("an IP address or None");

    private static EquatableArray<NetAddress> ReadClusterIPs(ref Utf8JsonReader json)
    {
        var addresses = new List<NetAddress>(2);
        json.OpenList();
        while (json.NextElement())
        {
            if (ReadClusterIP(ref json) is not { } address)
            {
                continue;
            }

            if (addresses.Exists(a => a.Family == address.Family))
            {
                throw json.Unexpected("at most one address of each family");
            }

            addresses.Add(address);
        }

        return addresses.ToEquatableArray();
    }

    private static int ReadAffinitySeconds(ref Utf8JsonReader json)
    {
        var seconds = DefaultAffinitySeconds;
        for (var fields = s_affinity.Open(ref json); fields.Next(ref json) is not null;)
        {
            for (var inner = s_clientIP.Open(ref json); inner.Next(ref json) is not null;)
            {
                seconds = json.Number(1, MaxAffinitySeconds);
            }
        }

        return seconds;
    }

    private static EquatableArray<NetAddress> ReadStatus(ref Utf8JsonReader json)
    {
        var addresses = new List<NetAddress>();
        for (var fields = s_status.Open(ref json); fields.Next(ref json) is not null;)
        {
            for (var inner = s_loadBalancer.Open(ref json); inner.Next(ref json) is not null;)
            {
                json.OpenList();
                while (json.NextElement())
                {
                    ReadIngress(ref json, addresses);
                }
            }
        }

        return addresses.ToEquatableArray();
    }

    private static void ReadIngress(ref Utf8JsonReader json, List<NetAddress> addresses)
    {
        NetAddress? address = null;
        var isProxy = false;
        var fields = s_ingress.Open(ref json);
        while (fields.Next(ref json) is { } field)
        {
            if (field == "ipMode")
            {
                isProxy = json.Text() == "Proxy";
            }
            else
            {
                address = json.TryAddress(out var known) ? known : null;
            }
        }

        if (address is { } vip && !isProxy)
        {
            addresses.Add(vip);
        }
    }
}
