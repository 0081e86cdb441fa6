using System.Text.Json;
using Sluice.Net;
using Sluice.Netfilter.Routing;

namespace Sluice.KernelTests.Routing;

/// <summary>What <c>ip -j route get</c> says.</summary>
/// <param name="Type">What becomes of the packet.</param>
/// <param name="Interface">The interface; null when it goes nowhere.</param>
/// <param name="Gateway">The router.</param>
/// <param name="Source">The source it gets.</param>
internal sealed record KernelAnswer(RouteType Type, string? Interface, NetAddress? Gateway, NetAddress? Source)
{
    /// <summary>Reads an answer; null when the kernel refuses the question itself (a source it does not accept).</summary>
    public static KernelAnswer? Read(string text)
    {
        if (text.StartsWith('['))
        {
            using var document = JsonDocument.Parse(text);
            return Of(document.RootElement[0]);
        }

        RouteType? type = text switch
        {
            _ when text.Contains("Network is unreachable") || text.Contains("No route to host") => RouteType.Unreachable,
            _ when text.Contains("Permission denied") => RouteType.Prohibit,
            _ when text.Contains("Invalid argument") => RouteType.Blackhole,
            _ => null,
        };
        return type is { } error ? new KernelAnswer(error, null, null, null) : null;
    }

    /// <summary>Whether a lookup says the same; of several next hops the kernel takes one.</summary>
    public bool Agrees(RouteResult result, RouteQuery query)
    {
        if (result.IsUnknown || result.IsAmbiguous || result.Type != Type)
        {
            return false;
        }

        // What a broadcast from outside leaves by is of no consequence: it is delivered here.
        return Interface is null ? result.Hops.Count == 0
            : (Type == RouteType.Broadcast && query.InInterface is not null) || result.Hops.Any(h => h.Interface == Interface &&
                h.Gateway == Gateway && (query.Source is not null || h.PreferredSource == Source));
    }

    private static KernelAnswer Of(JsonElement item)
    {
        string? Text(string name) => item.TryGetProperty(name, out var value) ? value.GetString() : null;
        var type = Enum.Parse<RouteType>(Text("type") ?? "unicast", ignoreCase: true);
        return new KernelAnswer(type, Text("dev"), Address(Text("gateway")), Address(Text("prefsrc")));
    }

    private static NetAddress? Address(string? text) => text is null ? null : NetAddress.Parse(text);
}
