using System.Text.Json;
using Sluice.Net;
using Sluice.Netfilter.Text;

namespace Sluice.Netfilter.Routing;

/// <summary>Reads one object of <c>ip -j address</c>.</summary>
internal static class InterfaceJson
{
    public static void Read(JsonElement item, SourceSpan span, InterfaceTableBuilder builder)
    {
        if (item.Text("ifname") is not { Length: > 0 } name)
        {
            if (item.ValueKind != JsonValueKind.Object || item.EnumerateObject().Any())
            {
                builder.AddNote(span, "an interface without a name is left out");
            }

            return;
        }

        var draft = builder.Draft(name);
        draft.Index = (int)Math.Min(item.Number("ifindex") ?? 0, int.MaxValue);
        draft.IsUp = item.Has("flags") ? item.HasWord("flags", "UP") : item.Text("operstate") != "DOWN";
        draft.Master = item.Text("master") ?? draft.Master;
        foreach (var info in item.Items("addr_info").Where(i => i.Has("local")))
        {
            if (Address(info) is { } address)
            {
                draft.Add(address);
            }
            else
            {
                builder.AddNote(span, $"an address of {name} is not understood: {info.Text("local")}");
            }
        }
    }

    private static InterfaceAddress? Address(JsonElement info)
    {
        if (info.Address("local") is not { } local)
        {
            return null;
        }

        var length = info.Number("prefixlen") ?? (uint)local.Width;
        if (length > local.Width)
        {
            return null;
        }

        var scope = info.Text("scope") is { } word ? RouteWords.Scope(word) : null;
        return new InterfaceAddress(local, (int)length, info.Has("secondary") || info.Has("temporary"), scope ?? AddressWords.ScopeOf(local))
        {
            Broadcast = OfFamily(info.Address("broadcast"), local.Family),
            Peer = OfFamily(info.Address("address"), local.Family),
            IsDeprecated = info.Has("deprecated"),
            IsTentative = info.Has("tentative") || info.Has("dadfailed"),
        };
    }

    private static NetAddress? OfFamily(NetAddress? address, IPFamily family) => address?.Family == family ? address : null;
}
