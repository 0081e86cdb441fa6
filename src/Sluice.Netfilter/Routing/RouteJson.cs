using System.Text.Json;
using Sluice.Net;
using Sluice.Netfilter.Text;

namespace Sluice.Netfilter.Routing;

/// <summary>Reads one object of <c>ip -j route</c>.</summary>
internal static class RouteJson
{
    public static void Read(JsonElement item, SourceSpan span, RoutingTablesBuilder builder)
    {
        if (Draft(item) is not { } draft)
        {
            builder.AddNote(span, $"a route to '{item.Text("dst")}' is not understood; it is left out");
        }
        else if (draft.NeedsNextHops)
        {
            builder.AddNote(span, $"a route to '{item.Text("dst")}' without interface, router or next hops is left out");
        }
        else
        {
            builder.AddRoute(draft);
        }
    }

    private static RouteDraft? Draft(JsonElement item)
    {
        var draft = new RouteDraft();
        var destination = item.Text("dst");
        if (destination != "default")
        {
            if (!Prefix.TryParse(destination, out var prefix))
            {
                return null;
            }

            draft.Destination = prefix;
        }

        if (item.Text("type") is { } word)
        {
            if (RouteWords.Type(word) is not { } type)
            {
                return null;
            }

            draft.Type = type;
        }

        Fill(draft, item);
        foreach (var hop in item.Items("nexthops"))
        {
            var weight = (int)Math.Clamp(hop.Number("weight") ?? 1, 1, int.MaxValue);
            draft.NextHops.Add(new NextHop(hop.Text("dev"), Gateway(hop, draft), weight)
            {
                IsDead = hop.HasWord("flags", "dead"),
                IsLinkDown = hop.HasWord("flags", "linkdown"),
            });
        }

        return draft;
    }

    private static void Fill(RouteDraft draft, JsonElement item)
    {
        draft.Interface = item.Text("dev");
        draft.Gateway = Gateway(item, draft);
        draft.PreferredSource = item.Address("prefsrc");
        draft.Hint(draft.PreferredSource?.Family);
        draft.Source = Prefix.TryParse(item.Text("from"), out var source) ? source : null;
        draft.Hint(draft.Source?.Family);
        draft.Metric = item.Number("metric") ?? 0;
        draft.Table = item.Text("table") is { Length: > 0 } table ? RouteWords.Table(table) : null;
        draft.Scope = (item.Text("scope") is { } scope ? RouteWords.Scope(scope) : null) ?? AddressScope.Global;
        draft.Tos = item.Text("tos");
        draft.IsDead = item.HasWord("flags", "dead");
        draft.IsLinkDown = item.HasWord("flags", "linkdown");
        if (item.Text("pref") is { } preference)
        {
            draft.Preference = RouteWords.Preference(preference) ?? RouterPreference.Medium;
            draft.Hint(IPFamily.IPv6);
        }
    }

    private static NetAddress? Gateway(JsonElement item, RouteDraft draft)
    {
        var via = item.ValueKind == JsonValueKind.Object && item.TryGetProperty("via", out var value) ? value : default;
        var gateway = via.ValueKind == JsonValueKind.Object ? via.Address("host") : item.Address("gateway");
        draft.HintGateway(gateway, familyIsNamed: via.ValueKind == JsonValueKind.Object);
        return gateway;
    }
}
