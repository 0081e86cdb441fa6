using Sluice.Kubernetes.Intent;
using Sluice.Net;

namespace Sluice.Dataplane.Planning;

/// <summary>The rules of one Service port in the chains shared by all.</summary>
internal sealed class DispatchRules(PortIntent port, PortTexts texts, bool countsLocalhost)
{
    private readonly List<PlannedRule> _rules = new(4);

    // What becomes of packets that no endpoint is there for.
    private readonly string _refusal = $"{texts.Name} has no {(port.Endpoints.HasAny ? "local endpoints" : "endpoints")}";
    private readonly string _verdict = port.Endpoints.HasAny ? "DROP" : "REJECT";

    /// <summary>Whether rules count node ports that are used over loopback.</summary>
    public static bool CountsLocalhost(IptablesPlanOptions options, NodeProfile node) =>
        options is { CountsPackets: true, Family: IPFamily.IPv4 } && node.LocalhostNodePorts;

    /// <summary>Adds how many rules a port has in each chain of <see cref="SharedChains.Dispatching"/>, without planning them.</summary>
    public static void Count(PortIntent port, bool countsLocalhost, Span<int> counts)
    {
        var hasAny = port.Endpoints.HasAny;
        var outside = port.ExternalIPs.Count + port.LoadBalancerIPs.Count;
        var hasNodePort = port.NodePort != 0;
        counts[(int)DispatchChain.FilterServices] += PortShape.HasInternal(port) ? 0 : 1;
        counts[(int)DispatchChain.ExternalServices] += PortShape.HasExternal(port) ? 0 : outside + (hasNodePort ? 1 : 0);
        counts[(int)DispatchChain.HealthChecks] += port.HealthCheckNodePort != 0 ? 1 : 0;
        counts[(int)DispatchChain.ProxyFirewall] += PortShape.HasFirewall(port) ? port.LoadBalancerIPs.Count : 0;
        counts[(int)DispatchChain.NatServices] += (PortShape.HasInternal(port) ? 1 : 0) + (hasAny ? outside : 0);
        counts[(int)DispatchChain.NodePorts] += !hasNodePort || !hasAny ? 0 : countsLocalhost ? 2 : 1;
    }

    /// <summary>The rules, those of each chain in their order.</summary>
    public EquatableArray<PlannedRule> Plan()
    {
        Add(PortShape.HasInternal(port)
            ? new PlannedRule("nat", SharedChains.Services, To($"{texts.Name} cluster IP", port.ClusterIP, texts.Internal))
            : new PlannedRule("filter", SharedChains.Services, To(_refusal, port.ClusterIP, _verdict)));
        foreach (var address in port.ExternalIPs)
        {
            AddOutside(address, "external IP", texts.External);
        }

        foreach (var address in port.LoadBalancerIPs)
        {
            var hasFirewall = PortShape.HasFirewall(port);
            AddOutside(address, "loadbalancer IP", hasFirewall ? texts.Firewall : texts.External);
            if (hasFirewall)
            {
                Add(new PlannedRule("filter", SharedChains.ProxyFirewall, To($"{texts.Name} traffic not accepted by {texts.Firewall}", address, "DROP")));
            }
        }

        AddNodePort();
        if (port.HealthCheckNodePort != 0)
        {
            var comment = PortTexts.Commented($"{texts.Name} health check node port");
            Add(new PlannedRule("filter", SharedChains.NodePorts, $"{comment} -m tcp -p tcp --dport {port.HealthCheckNodePort} -j ACCEPT"));
        }

        return _rules.ToEquatableArray();
    }

    private void Add(PlannedRule rule) => _rules.Add(rule);

    private string To(string comment, NetAddress address, string target) => $"{texts.To(comment, address, port.Port)} -j {target}";

    private void AddOutside(NetAddress address, string kind, string chain)
    {
        if (port.Endpoints.HasAny)
        {
            Add(new PlannedRule("nat", SharedChains.Services, To($"{texts.Name} {kind}", address, chain)));
        }

        if (!PortShape.HasExternal(port))
        {
            Add(new PlannedRule("filter", SharedChains.ExternalServices, To(_refusal, address, _verdict)));
        }
    }

    private void AddNodePort()
    {
        if (port.NodePort == 0)
        {
            return;
        }

        if (port.Endpoints.HasAny)
        {
            if (countsLocalhost)
            {
                Add(ToNodePort("-d 127.0.0.0/8 ", "-m nfacct --nfacct-name localhost_nps_accepted_pkts "));
            }

            Add(ToNodePort("", ""));
        }

        if (!PortShape.HasExternal(port))
        {
            Add(new PlannedRule(
                "filter",
                SharedChains.ExternalServices,
                $"{PortTexts.Commented(_refusal)} -m addrtype --dst-type LOCAL {texts.Protocol} --dport {port.NodePort} -j {_verdict}"));
        }
    }

    private PlannedRule ToNodePort(string destination, string counter) => new(
        "nat",
        SharedChains.NodePorts,
        $"-m comment --comment {texts.Name} {texts.Protocol} {destination}--dport {port.NodePort} {counter}-j {texts.External}");
}
