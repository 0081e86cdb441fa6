using Sluice.Dataplane.Cost;
using Sluice.Dataplane.Services;
using Sluice.Dataplane.Services.Native;
using Sluice.Net;
using Sluice.Netfilter;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Tracing;

namespace Sluice.Dataplane.Graph;

/// <summary>Draws chain graphs: of a Service, of a trace, of a whole table.</summary>
public static class GraphBuilder
{
    /// <summary>As many nodes as a person can still look at.</summary>
    public const int DefaultMaxNodes = 120;

    // Tables in the order in which a packet's first rules that matter here stand.
    private static readonly string[] s_tables = ["nat", "filter"];

    /// <summary>The chains that packets to the Service's addresses take.</summary>
    public static ChainGraph OfService(NodeSnapshot node, ServiceInfo service, int maxNodes = DefaultMaxNodes)
    {
        var draft = new GraphDraft(maxNodes);
        if (service.Scheduler is not null)
        {
            return OfBalanced(node, service, draft);
        }

        if (service.Addresses.Count > 0 && node.Ruleset.Of(service.Family).FirstOrDefault(t => t.IsNative && t.Name == service.Addresses[0].Rule?.Table) is { } native)
        {
            // Maps keep all Services together: what one packet meets shows the one that is asked for.
            var probe = new NativeProbe(service.Family, native, service.Addresses.Select(a => a.Address).OfType<NetAddress>().Where(node.IsLocal));
            var traces = new TraceDrawer(draft);
            foreach (var address in service.Addresses)
            {
                traces.Add(probe.Trace(new NativeKey(address.Address, service.Protocol, address.Port), service.SourceRanges.Count > 0 ? service.SourceRanges[0].Address : null));
            }
        }

        foreach (var name in s_tables)
        {
            if (node.Ruleset.Find(service.Family, name) is { } table)
            {
                var traffic = new ServiceTraffic(service, table);
                var drawer = new ChainDrawer(draft, table, traffic.IsDrawn);
                foreach (var chain in traffic.Starts)
                {
                    drawer.Draw(chain);
                }
            }
        }

        return draft.Build(TitleOf(service));
    }

    // Sets keep all Services together: what one packet meets shows the one that is asked for.
    private static ChainGraph OfBalanced(NodeSnapshot node, ServiceInfo service, GraphDraft draft)
    {
        var probe = new CostProbe(new Tracer(node), service.Family, [service]);
        var traces = new TraceDrawer(draft);
        foreach (var address in service.Addresses)
        {
            var origin = address.Kind == ServiceAddressKind.ClusterIP ? CostOrigin.Pod : CostOrigin.Outside;
            traces.Add(probe.Trace(service.Protocol, address.Address, address.Port, origin, service.SourceRanges.Count > 0 ? service.SourceRanges[0].Address : null), isAlone: false);
        }

        return draft.Build(TitleOf(service));
    }

    private static string TitleOf(ServiceInfo service) => $"{service.FullName} ({service.Protocol})";

    /// <summary>The chains that one packet takes, all its ways together.</summary>
    public static ChainGraph OfTrace(Trace trace, int maxNodes = DefaultMaxNodes) => new TraceDrawer(new GraphDraft(maxNodes)).Draw(trace);

    /// <summary>All chains of a table, those that the kernel calls first.</summary>
    public static ChainGraph OfTable(Table table, int maxNodes = DefaultMaxNodes)
    {
        var draft = new GraphDraft(maxNodes);
        var drawer = new ChainDrawer(draft, table, (_, _) => true);
        foreach (var chain in table.Chains.Where(c => c.Base is not null).Concat(table.Chains.Where(c => c.Base is null)))
        {
            drawer.Draw(chain);
        }

        return draft.Build($"table {table.Name}");
    }
}
