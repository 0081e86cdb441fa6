using Sluice.Kubernetes.Intent;

namespace Sluice.Benchmarks;

/// <summary>
/// A chain per Service whose one rule has the endpoints in an anonymous map: the layout of kube-proxy 1.36, and as in 1.37 without a
/// map where there is one endpoint. Nothing is faster for packets, and without it the kernel takes minutes to load 30,000 Services:
/// each new anonymous map looks at the names of all others.
/// </summary>
internal sealed class NftServiceChains(ServiceIntent intent) : NftComparisonLayout(intent)
{
    protected override IEnumerable<(string Chain, string Type, string[] Rules)> OwnChains =>
    [
        ("filter-prerouting-pre-dnat", "filter hook prerouting priority -110", ["ct state new jump firewall-check"]),
        ("filter-output-pre-dnat", "filter hook output priority -110", ["ct state new jump firewall-check"]),
        ("filter-input", "filter hook input priority 0", ["ct state new jump nodeport-endpoints-check", "ct state new jump service-endpoints-check"]),
        ("filter-forward", "filter hook forward priority 0", ["ct state new jump service-endpoints-check", "ct state new jump cluster-ips-check"]),
        ("filter-output", "filter hook output priority 0", ["ct state new jump service-endpoints-check", "ct state new jump cluster-ips-check"]),
        (
            "masquerading",
            "",
            [
                "mark and 0x4000 != 0 mark set mark xor 0x4000 masquerade fully-random",
                $"ct status dnat {Family} saddr . {Family} daddr . meta l4proto . th dport @hairpin-connections masquerade fully-random",
            ]),
        (
            "services",
            "",
            [
                $"{Family} daddr @cluster-ips {IsFromOutside} mark set mark or 0x4000",
                $"{Family} daddr . meta l4proto . th dport vmap @service-ips",
                $"{Family} daddr @nodeport-ips meta l4proto . th dport vmap @service-nodeports",
            ]),
    ];

    public override void WriteChange(TextWriter writer, PortIntent before, PortIntent after)
    {
        var chain = ChainName("service", after);
        writer.Write($"flush chain {Family} {Table} {chain}\n");
        WriteRules(writer, chain, ServiceRule(after));
    }

    protected override void WriteSets(TextWriter writer) =>
        writer.Write($"add set {Family} {Table} hairpin-connections {{ type {Address} . {Address} . inet_proto . inet_service ; }}\n");

    protected override void WriteService(TextWriter writer, PortIntent port)
    {
        WriteChain(writer, ChainName("service", port), ServiceRule(port));
        WriteExternal(writer, port);
        foreach (var own in port.Endpoints.Cluster.Where(e => e.IsLocal))
        {
            WriteElement(writer, "hairpin-connections", $"{own.Address} . {own.Address} . {port.Name.Protocol} . {own.Port}");
        }
    }

    protected override string[] ExternalRules(string serviceChain) => ["mark set mark or 0x4000", $"goto {serviceChain}"];

    private string ServiceRule(PortIntent port)
    {
        if (port.Endpoints.Cluster is [var only])
        {
            return $"meta l4proto {port.Name.Protocol} dnat to {Destination(only)}";
        }

        var endpoints = port.Endpoints.Cluster.Select((e, i) => $"{i} : {e.Address} . {e.Port}");
        return $"meta l4proto {port.Name.Protocol} dnat {Family} addr . port to numgen random mod {port.Endpoints.Cluster.Count} map {{ {string.Join(" , ", endpoints)} }}";
    }
}
