using System.Diagnostics;
using Sluice.Kubernetes.Intent;
using Sluice.Net;

namespace Sluice.Benchmarks;

/// <summary>
/// The rules of a cluster as kube-proxy's nftables mode lays them out, as input for <c>nft -f</c>: what Sluice's own layout is
/// measured against. It knows what the measured clusters have: cluster and load-balancer addresses and node ports, endpoints,
/// and Cluster policy.
/// </summary>
internal abstract class NftComparisonLayout(ServiceIntent intent)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(20);

    /// <summary>The name of the table.</summary>
    public const string Table = "kube-proxy";

    /// <summary><c>ip</c> or <c>ip6</c>: the word of the table's family, and of a match on an address.</summary>
    protected string Family { get; } = intent.Family == IPFamily.IPv4 ? "ip" : "ip6";

    /// <summary>The type of the family's addresses in sets.</summary>
    protected string Address { get; } = intent.Family == IPFamily.IPv4 ? "ipv4_addr" : "ipv6_addr";

    /// <summary>The match on sources that are no pods of the cluster.</summary>
    protected string IsFromOutside => $"{Family} saddr != {((LocalDetector.Cidr)intent.Node.LocalDetector).Of(intent.Family)!.Value.ToCidrString()}";

    /// <summary>The whole table.</summary>
    public void WriteTo(TextWriter writer)
    {
        writer.Write($$"""
            add table {{Family}} {{Table}} { comment "rules for kube-proxy" ; }
            add set {{Family}} {{Table}} cluster-ips { type {{Address}} ; comment "Active ClusterIPs" ; }
            add set {{Family}} {{Table}} nodeport-ips { type {{Address}} ; comment "IPs that accept NodePort traffic" ; }
            add map {{Family}} {{Table}} service-ips { type {{Address}} . inet_proto . inet_service : verdict ; }
            add map {{Family}} {{Table}} service-nodeports { type inet_proto . inet_service : verdict ; }
            add map {{Family}} {{Table}} no-endpoint-services { type {{Address}} . inet_proto . inet_service : verdict ; }
            add map {{Family}} {{Table}} no-endpoint-nodeports { type inet_proto . inet_service : verdict ; }
            add map {{Family}} {{Table}} firewall-ips { type {{Address}} . inet_proto . inet_service : verdict ; }

            """);
        WriteSets(writer);
        WriteChains(writer, [.. SharedChains, .. OwnChains]);
        if (intent.Node.NodeIP(intent.Family) is { } nodeIP)
        {
            WriteElement(writer, "nodeport-ips", nodeIP.ToString());
        }

        foreach (var port in intent.Ports)
        {
            WriteService(writer, port);
            WriteElements(writer, port);
        }
    }

    /// <summary>Loads it in a namespace; the time that <c>nft -f</c> takes.</summary>
    public TimeSpan LoadIn(NetworkNamespace space) => RunNft(space, WriteTo);

    /// <summary>Changes one Service port there; the time that <c>nft -f</c> takes.</summary>
    public TimeSpan ChangeIn(NetworkNamespace space, PortIntent before, PortIntent after) => RunNft(space, writer => WriteChange(writer, before, after));

    /// <summary>What changes when other endpoints serve a Service port.</summary>
    public abstract void WriteChange(TextWriter writer, PortIntent before, PortIntent after);

    /// <summary>The chains that only this layout has and that do not depend on Services, with type, hook and priority of those that the kernel calls.</summary>
    protected abstract IEnumerable<(string Chain, string Type, string[] Rules)> OwnChains { get; }

    private IEnumerable<(string Chain, string Type, string[] Rules)> SharedChains =>
    [
        ("nat-prerouting", "nat hook prerouting priority -100", ["jump services"]),
        ("nat-output", "nat hook output priority -100", ["jump services"]),
        ("nat-postrouting", "nat hook postrouting priority 100", ["jump masquerading"]),
        ("firewall-check", "", [$"{Family} daddr . meta l4proto . th dport vmap @firewall-ips"]),
        ("service-endpoints-check", "", [$"{Family} daddr . meta l4proto . th dport vmap @no-endpoint-services"]),
        ("nodeport-endpoints-check", "", [$"{Family} daddr @nodeport-ips meta l4proto . th dport vmap @no-endpoint-nodeports"]),
        ("cluster-ips-check", "", [$"{Family} daddr @cluster-ips reject"]),
        ("reject-chain", "", ["reject"]),
    ];

    /// <summary>The sets that only this layout has.</summary>
    protected virtual void WriteSets(TextWriter writer)
    {
    }

    /// <summary>The chains of a Service port.</summary>
    protected abstract void WriteService(TextWriter writer, PortIntent port);

    /// <summary>The rules that mark a packet for masquerading and send it on to the Service's own chain.</summary>
    protected abstract string[] ExternalRules(string serviceChain);

    /// <summary>A chain's name: <c>PREFIX-HASH-namespace/name/protocol/port</c>, of an endpoint with <c>__address/port</c>.</summary>
    protected static string ChainName(string prefix, PortIntent port, Endpoint? endpoint = null)
    {
        var name = $"{port.Name.Service}/{port.Name.Protocol}/{port.Name.Port}";
        if (endpoint is not null)
        {
            name += $"__{endpoint.Address.ToString().Replace(':', '.')}/{endpoint.Port}";
        }

        return $"{prefix}-{KubeProxyHash.Of(name, 8)}-{name}";
    }

    /// <summary>An address and port as a destination of dnat.</summary>
    protected static string Destination(Endpoint endpoint) =>
        endpoint.Address.Family == IPFamily.IPv4 ? $"{endpoint.Address}:{endpoint.Port}" : $"[{endpoint.Address}]:{endpoint.Port}";

    protected void WriteChain(TextWriter writer, string chain, params ReadOnlySpan<string> rules)
    {
        writer.Write($"add chain {Family} {Table} {chain}\n");
        WriteRules(writer, chain, rules);
    }

    protected void WriteRules(TextWriter writer, string chain, params ReadOnlySpan<string> rules)
    {
        foreach (var rule in rules)
        {
            writer.Write($"add rule {Family} {Table} {chain} {rule}\n");
        }
    }

    protected void WriteExternal(TextWriter writer, PortIntent port)
    {
        if (port.IsExternallyAccessible)
        {
            WriteChain(writer, ChainName("external", port), ExternalRules(ChainName("service", port)));
        }
    }

    private static TimeSpan RunNft(NetworkNamespace space, Action<TextWriter> write)
    {
        var path = Path.GetTempFileName();
        try
        {
            using (var writer = new StreamWriter(path))
            {
                write(writer);
            }

            var start = Stopwatch.GetTimestamp();
            var result = space.Execute("nft", ["-f", path], timeout: s_patience);
            return result.ExitCode == 0 ? Stopwatch.GetElapsedTime(start) : throw new InvalidOperationException(result.Error.Split('\n')[0]);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private void WriteChains(TextWriter writer, List<(string Chain, string Type, string[] Rules)> chains)
    {
        // A rule may name any of them.
        foreach (var (chain, type, _) in chains)
        {
            writer.Write(type.Length == 0 ? $"add chain {Family} {Table} {chain}\n" : $"add chain {Family} {Table} {chain} {{ type {type} ; }}\n");
        }

        foreach (var (chain, _, rules) in chains)
        {
            WriteRules(writer, chain, rules);
        }
    }

    private void WriteElements(TextWriter writer, PortIntent port)
    {
        var service = ChainName("service", port);
        WriteElement(writer, "cluster-ips", port.ClusterIP.ToString());
        WriteElement(writer, "service-ips", $"{port.ClusterIP} . {port.Name.Protocol} . {port.Port} : goto {service}");
        var external = ChainName("external", port);
        foreach (var address in port.ExternalIPs.Concat(port.LoadBalancerIPs))
        {
            WriteElement(writer, "service-ips", $"{address} . {port.Name.Protocol} . {port.Port} : goto {external}");
        }

        if (port.NodePort != 0)
        {
            WriteElement(writer, "service-nodeports", $"{port.Name.Protocol} . {port.NodePort} : goto {external}");
        }
    }

    protected void WriteElement(TextWriter writer, string set, string element) =>
        writer.Write($"add element {Family} {Table} {set} {{ {element} }}\n");
}
