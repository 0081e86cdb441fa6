using Sluice.Dataplane.Services;
using Sluice.Output;

namespace Sluice.Views;

/// <summary>Services, one line each.</summary>
internal sealed class ServiceTable(Page page)
{
    private const string Nothing = "-";

    /// <summary>Writes the table.</summary>
    public void Write(IReadOnlyList<ServiceInfo> services)
    {
        var grid = page.IsWide
            ? new Grid("NAME", "CLUSTER-IP", "EXTERNAL", "PORT(S)", "ENDPOINTS", ">RULES", "AFFINITY", "EXTERNAL POLICY", "CHAIN", "GOES TO")
            : new Grid("NAME", "CLUSTER-IP", "EXTERNAL", "PORT(S)", "ENDPOINTS", ">RULES");
        foreach (var service in services)
        {
            string[] cells =
            [
                service.FullName,
                Addresses(service, a => a.Kind == ServiceAddressKind.ClusterIP),
                Addresses(service, a => a.Kind is ServiceAddressKind.LoadBalancer or ServiceAddressKind.ExternalIP),
                Ports(service),
                Endpoints(service),
                service.RulesToReach is { } rules ? $"{rules}" : Nothing,
            ];
            if (page.IsWide)
            {
                cells =
                [
                    .. cells,
                    service.HasAffinity ? "ClientIP" : Nothing,
                    service.ExternalPolicy?.ToString() ?? Nothing,
                    service.Chain ?? Nothing,
                    service.Endpoints.Count == 0 ? Nothing : string.Join(", ", service.Endpoints.Select(e => $"{e} {(e.Probability is { } share ? TextLayout.Percent(share.ToDouble()) : service.Scheduler)}")),
                ];
            }

            grid.Add(cells);
        }

        grid.Write(page, (row, column, text) =>
            column != 4 ? text
            : services[row].Endpoints.Count == 0 ? page.Ink.Bad(text)
            : services[row].Endpoints.Any(e => e.IsMissing) || services[row].Refusal is not null ? page.Ink.Warn(text) : text);
    }

    /// <summary>How many endpoints a Service has, and what is wrong with them, in a few characters.</summary>
    public static string Endpoints(ServiceInfo service)
    {
        var missing = service.Endpoints.Count(e => e.IsMissing);
        return service.Endpoints.Count == 0
            ? "none"
            : $"{service.Endpoints.Count}" +
              (missing > 0 ? $" ({missing} missing)" : "") +
              (service.LocalEndpoints.Count > 0 ? $" ({service.LocalEndpoints.Count} here)" : "") +
              (service.Refusal is not null && missing == 0 ? " (0 here)" : "");
    }

    // As kubectl writes them: 80:30080/tcp.
    private static string Ports(ServiceInfo service)
    {
        var ports = service.Addresses.Where(a => a.Kind != ServiceAddressKind.NodePort).Select(a => $"{a.Port}").Distinct(StringComparer.Ordinal).ToList();
        var nodePorts = service.Addresses.Where(a => a.Kind == ServiceAddressKind.NodePort).Select(a => $"{a.Port}").Distinct(StringComparer.Ordinal).ToList();
        return $"{string.Join(',', ports)}{(nodePorts.Count > 0 ? ":" : "")}{string.Join(',', nodePorts)}/{service.Protocol}";
    }

    private static string Addresses(ServiceInfo service, Func<ServiceAddress, bool> wanted)
    {
        var all = service.Addresses.Where(wanted).Select(a => $"{a.Address}").Distinct(StringComparer.Ordinal).ToList();
        return all.Count == 0 ? Nothing : string.Join(',', all);
    }
}
