using Sluice.Dataplane.Services;
using Sluice.Output;

namespace Sluice.Views;

/// <summary>A few Services with everything that is known of them.</summary>
internal sealed class ServiceView(Page page)
{
    private const int MaxEndpoints = 20;
    private const int BarWidth = 20;

    /// <summary>Writes them.</summary>
    public void Write(IReadOnlyList<ServiceInfo> services)
    {
        for (var i = 0; i < services.Count; i++)
        {
            if (i > 0)
            {
                page.Line();
            }

            Write(services[i]);
        }
    }

    private void Write(ServiceInfo service)
    {
        page.Line($"{page.Ink.Bold(service.FullName)}  {service.Protocol}  {Traits(service)}");
        var room = service.Addresses.Select(a => a.ToString().Length).DefaultIfEmpty(0).Max();
        foreach (var address in service.Addresses)
        {
            var cost = address.RulesToReach is { } rules ? $"after {rules} rules: " : "";
            page.Line($"  {address.Kind,-12} {address.ToString().PadRight(room)}  {cost}{Place(address)}");
            if (address.Refusal is { } refusal)
            {
                page.Line("               " + page.Ink.Bad($"{Verb(refusal)}: {refusal.Reason}"));
            }
        }

        WriteEndpoints("endpoints", service.Endpoints);
        WriteEndpoints("endpoints on this node, for traffic from outside", service.LocalEndpoints);
        if (service.Refusal is { } reason && service.Addresses.All(a => a.Refusal is null))
        {
            page.Line("  " + page.Ink.Bad($"{Verb(reason)}: {reason.Reason} ({reason.Rule?.ToString() ?? "IPVS"})"));
        }
    }

    private void WriteEndpoints(string title, IReadOnlyList<ServiceEndpoint> endpoints)
    {
        if (endpoints.Count == 0)
        {
            return;
        }

        page.Line("  " + page.Ink.Dim($"{endpoints.Count} {title}"));
        var shown = page.IsWide || endpoints.Count <= MaxEndpoints ? endpoints.Count : MaxEndpoints - 2;
        var width = endpoints.Take(shown).Max(e => e.ToString().Length);
        foreach (var endpoint in endpoints.Take(shown))
        {
            var missing = endpoint.IsMissing ? "  " + page.Ink.Warn("chain is missing") : "";
            var share = endpoint.Probability?.ToDouble() is { } known ? $"  {TextLayout.Percent(known),-8} {page.Ink.Cyan(TextLayout.Bar(known, BarWidth))}" : "";
            page.Line($"    {endpoint.ToString().PadRight(share.Length > 0 || missing.Length > 0 ? width : 0)}{share}{missing}");
        }

        if (shown < endpoints.Count)
        {
            page.Line(page.Ink.Dim($"    ... {endpoints.Count - shown} more (-o wide or json shows all)"));
        }
    }

    private static string Place(ServiceAddress address) => address switch
    {
        { Rule: { } rule } => $"{rule.Chain} rule {rule.Number}{(rule.Line > 0 ? $", line {rule.Line}" : "")}",
        { Server: { } server } => $"IPVS {server.Scheduler}{(server.Source.Line > 0 ? $", line {server.Source.Line}" : "")}",
        _ => "",
    };

    private static string Verb(ServiceRefusal refusal) => refusal.Action == RefusalAction.Reject ? "rejected" : "dropped";

    private static string Traits(ServiceInfo service)
    {
        var traits = new List<string>();
        if (service.Scheduler is { } scheduler && service.Endpoints.Any(e => e.Probability is null))
        {
            traits.Add($"scheduler {scheduler} decides");
        }

        if (service.HasAffinity)
        {
            traits.Add("a client keeps its endpoint");
        }

        if (service.InternalPolicy == TrafficPolicy.Local)
        {
            traits.Add("internal traffic policy Local");
        }

        if (service.ExternalPolicy is { } policy)
        {
            traits.Add($"external traffic policy {policy}");
        }

        return string.Join(", ", traits);
    }
}
