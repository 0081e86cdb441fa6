using Sluice.Kubernetes.Intent;

namespace Sluice.Benchmarks;

/// <summary>A chain per Service and per endpoint: the layout of kube-proxy 1.29 to 1.32.</summary>
internal sealed class NftEndpointChains(ServiceIntent intent) : NftComparisonLayout(intent)
{
    protected override IEnumerable<(string Chain, string Type, string[] Rules)> OwnChains =>
    [
        ("filter-prerouting", "filter hook prerouting priority -110", ["ct state new jump firewall-check"]),
        ("filter-input", "filter hook input priority -110", ["ct state new jump nodeport-endpoints-check", "ct state new jump service-endpoints-check"]),
        ("filter-forward", "filter hook forward priority -110", ["ct state new jump service-endpoints-check", "ct state new jump cluster-ips-check"]),
        ("filter-output", "filter hook output priority -110", ["ct state new jump service-endpoints-check", "ct state new jump firewall-check"]),
        ("filter-output-post-dnat", "filter hook output priority -90", ["ct state new jump cluster-ips-check"]),
        ("mark-for-masquerade", "", ["mark set mark or 0x4000"]),
        ("masquerading", "", ["mark and 0x4000 == 0 return", "mark set mark xor 0x4000", "masquerade fully-random"]),
        (
            "services",
            "",
            [
                $"{Family} daddr . meta l4proto . th dport vmap @service-ips",
                $"{Family} daddr @nodeport-ips meta l4proto . th dport vmap @service-nodeports",
            ]),
    ];

    public override void WriteChange(TextWriter writer, PortIntent before, PortIntent after)
    {
        var kept = before.Endpoints.Cluster.Intersect(after.Endpoints.Cluster).ToHashSet();
        foreach (var endpoint in after.Endpoints.Cluster.Where(e => !kept.Contains(e)))
        {
            WriteEndpoint(writer, after, endpoint);
        }

        var chain = ChainName("service", after);
        writer.Write($"flush chain {Family} {Table} {chain}\n");
        WriteRules(writer, chain, ServiceRules(after));
        foreach (var gone in before.Endpoints.Cluster.Where(e => !kept.Contains(e)).Select(e => ChainName("endpoint", before, e)))
        {
            writer.Write($"flush chain {Family} {Table} {gone}\ndelete chain {Family} {Table} {gone}\n");
        }
    }

    protected override void WriteService(TextWriter writer, PortIntent port)
    {
        foreach (var endpoint in port.Endpoints.Cluster)
        {
            WriteEndpoint(writer, port, endpoint);
        }

        WriteChain(writer, ChainName("service", port), ServiceRules(port));
        WriteExternal(writer, port);
    }

    protected override string[] ExternalRules(string serviceChain) => ["jump mark-for-masquerade", $"goto {serviceChain}"];

    private void WriteEndpoint(TextWriter writer, PortIntent port, Endpoint endpoint) => WriteChain(
        writer,
        ChainName("endpoint", port, endpoint),
        $"{Family} saddr {endpoint.Address} jump mark-for-masquerade",
        $"meta l4proto {port.Name.Protocol} dnat to {Destination(endpoint)}");

    private string[] ServiceRules(PortIntent port)
    {
        var endpoints = port.Endpoints.Cluster.Select((e, i) => $"{i} : goto {ChainName("endpoint", port, e)}");
        return
        [
            $"{Family} daddr {port.ClusterIP} {port.Name.Protocol} dport {port.Port} {IsFromOutside} jump mark-for-masquerade",
            $"numgen random mod {port.Endpoints.Cluster.Count} vmap {{ {string.Join(" , ", endpoints)} }}",
        ];
    }
}
