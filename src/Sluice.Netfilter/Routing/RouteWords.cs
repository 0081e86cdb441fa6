using System.Globalization;
using System.Text;
using Sluice.Net;

namespace Sluice.Netfilter.Routing;

/// <summary>The words of <c>ip route</c> and <c>ip rule</c>, and their numbers (<c>ip -N</c>).</summary>
internal static class RouteWords
{
    // The place is the number in linux/rtnetlink.h: RTN_UNICAST is 1.
    private static readonly (string Word, RouteType Type)[] s_types =
    [
        ("unicast", RouteType.Unicast), ("local", RouteType.Local), ("broadcast", RouteType.Broadcast),
        ("anycast", RouteType.Anycast), ("multicast", RouteType.Multicast), ("blackhole", RouteType.Blackhole),
        ("unreachable", RouteType.Unreachable), ("prohibit", RouteType.Prohibit), ("throw", RouteType.Throw),
    ];

    public static string Of(RouteType type) => Array.Find(s_types, t => t.Type == type).Word;

    public static string Of(AddressScope scope) => scope switch
    {
        AddressScope.Global => "global",
        AddressScope.Site => "site",
        AddressScope.Link => "link",
        AddressScope.Host => "host",
        _ => ((int)scope).ToString(CultureInfo.InvariantCulture),
    };

    public static string Of(RouterPreference preference) => preference switch
    {
        RouterPreference.Low => "low",
        RouterPreference.High => "high",
        _ => "medium",
    };

    public static RouteType? Type(string word)
    {
        foreach (var (known, type) in s_types)
        {
            if (known == word)
            {
                return type;
            }
        }

        return int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1 && number <= s_types.Length
            ? s_types[number - 1].Type
            : null;
    }

    public static AddressScope? Scope(string word) => word switch
    {
        "global" => AddressScope.Global,
        "site" => AddressScope.Site,
        "link" => AddressScope.Link,
        "host" => AddressScope.Host,
        _ => byte.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? (AddressScope)number : null,
    };

    public static RouterPreference? Preference(string word) => word switch
    {
        "low" => RouterPreference.Low,
        "medium" => RouterPreference.Medium,
        "high" => RouterPreference.High,
        _ => null,
    };

    public static string Table(string word) => word switch
    {
        "255" => "local",
        "254" => "main",
        "253" => "default",
        _ => word,
    };

    public static void AppendHop(StringBuilder text, IPFamily family, NetAddress? gateway, string? name)
    {
        if (gateway is { } router)
        {
            text.Append(" via ");
            text.Append(router.Family == family ? "" : router.Family == IPFamily.IPv6 ? "inet6 " : "inet ").Append(router);
        }

        if (name is not null)
        {
            text.Append(" dev ").Append(name);
        }
    }
}
