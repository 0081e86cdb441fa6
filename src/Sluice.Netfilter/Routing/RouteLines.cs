using System.Text;
using Sluice.Net;

namespace Sluice.Netfilter.Routing;

/// <summary>The kinds of lines that <c>ip route</c> prints.</summary>
internal static class RouteLines
{
    /// <summary>What follows a word that is not read here: so that <c>mtu 1400</c> is not two unknown words.</summary>
    private static readonly HashSet<string> s_wordsWithValue =
    [
        "proto", "realm", "realms", "nhid", "error", "expires", "hoplimit", "mtu", "advmss", "window", "rtt", "rttvar", "ssthresh",
        "cwnd", "initcwnd", "initrwnd", "reordering", "rto_min", "congctl", "features", "quickack", "fastopen_no_cookie", "age",
        "ttl-propagate", "protocol", "flow", "mark", "iif", "oif",
    ];

    /// <summary>Whether a line is a route: <c>default via ...</c>, <c>10.0.0.0/8 dev ...</c>, <c>unreachable 10.0.0.0/8</c>.</summary>
    public static bool IsRoute(ReadOnlySpan<byte> line)
    {
        // Every line of a dump is asked: most are none, and must cost next to nothing.
        if (line.Length < 2 || line[0] is not ((>= (byte)'0' and <= (byte)'9') or (>= (byte)'a' and <= (byte)'f') or (byte)':' or (byte)'l'
            or (byte)'m' or (byte)'u' or (byte)'p' or (byte)'t'))
        {
            return false;
        }

        var word = WordCursor.FirstWord(line);
        var rest = line[word.Length..];
        if (IsType(word))
        {
            word = WordCursor.FirstWord(rest);
            return IsDestination(word) && !IsNeighbour(rest);
        }

        return IsDestination(word) && !IsNeighbour(rest) && (HasHop(rest) || (!rest.IsEmpty && IsHeaderTail(rest)));
    }

    /// <summary>The answer of <c>ip route get</c>, which is no entry of a table.</summary>
    public static bool IsAnswer(ReadOnlySpan<byte> line) => line.IndexOf(" uid "u8) >= 0;

    /// <summary><c>	nexthop via 10.0.0.1 dev eth0 weight 1</c>.</summary>
    public static bool IsNextHop(ReadOnlySpan<byte> line) =>
        line.Length > 0 && line[0] is (byte)' ' or (byte)'\t' && WordCursor.FirstWord(line).SequenceEqual("nexthop"u8);

    /// <summary>A line that says more about the route above it, of no use here.</summary>
    public static bool IsDetail(ReadOnlySpan<byte> line) =>
        line.Length > 0 && line[0] is (byte)' ' or (byte)'\t' &&
        WordCursor.FirstWord(line) is var word && (word.SequenceEqual("nh_info"u8) || word.SequenceEqual("cache"u8));

    public static RouteDraft Read(WordCursor words)
    {
        var draft = new RouteDraft();
        if (words.Peek != "default" && !Prefix.TryParse(words.Peek, out _) && RouteWords.Type(words.Peek) is { } type)
        {
            draft.Type = type;
            words.Take();
        }

        if (!words.TakeIf("default"))
        {
            draft.Destination = words.TakePrefix("route to");
        }

        while (!words.IsAtEnd && words.Peek != "nexthop")
        {
            Attribute(words, draft, words.Take());
        }

        return draft;
    }

    public static void ReadNextHop(WordCursor words, RouteDraft draft)
    {
        words.TakeIf("nexthop");
        string? name = null;
        NetAddress? gateway = null;
        var (weight, dead, down) = (1u, false, false);
        while (!words.IsAtEnd && words.Peek != "nexthop")
        {
            switch (words.Take())
            {
                case "via":
                    gateway = Gateway(words, draft);
                    break;
                case "dev":
                    name = words.Take();
                    break;
                case "weight":
                    weight = words.TakeNumber("weight") ?? 1;
                    break;
                case "dead":
                    dead = true;
                    break;
                case "linkdown":
                    down = true;
                    break;
            }
        }

        draft.NextHops.Add(new NextHop(name, gateway, (int)Math.Clamp(weight, 1, int.MaxValue)) { IsDead = dead, IsLinkDown = down });
    }

    private static void Attribute(WordCursor words, RouteDraft draft, string word)
    {
        switch (word)
        {
            case "via":
                draft.Gateway = Gateway(words, draft);
                break;
            case "dev":
                draft.Interface = words.Take() is { Length: > 0 } name ? name : null;
                break;
            case "src":
                draft.PreferredSource = words.TakeAddress(word);
                draft.Hint(draft.PreferredSource?.Family);
                break;
            case "from":
                draft.Source = words.TakePrefix(word);
                draft.Hint(draft.Source?.Family);
                break;
            case "metric":
                draft.Metric = words.TakeNumber(word) ?? 0;
                break;
            case "table":
                draft.Table = words.Take() is { Length: > 0 } table ? RouteWords.Table(table) : null;
                break;
            case "scope":
                var scope = words.Take();
                draft.Scope = RouteWords.Scope(scope) ?? words.Fail<AddressScope>(word, scope) ?? AddressScope.Global;
                break;
            case "tos" or "dsfield":
                draft.Tos = words.Take();
                break;
            case "pref":
                // Only IPv6 routes have it.
                draft.Hint(IPFamily.IPv6);
                var preference = words.Take();
                draft.Preference = RouteWords.Preference(preference) ?? words.Fail<RouterPreference>(word, preference) ?? RouterPreference.Medium;
                break;
            case "dead":
                draft.IsDead = true;
                break;
            case "linkdown":
                draft.IsLinkDown = true;
                break;
            case "encap":
                SkipEncapsulation(words);
                break;
            case "mtu" when words.TakeIf("lock"):
                words.Take();
                break;
            default:
                _ = s_wordsWithValue.Contains(word) ? words.Take() : "";
                break;
        }
    }

    private static NetAddress? Gateway(WordCursor words, RouteDraft draft)
    {
        var familyIsNamed = words.TakeIf("inet6") || words.TakeIf("inet");
        var gateway = words.TakeAddress("via");
        draft.HintGateway(gateway, familyIsNamed);
        return gateway;
    }

    // The words of an encapsulation may be called src, dst, tos: they end where the next hop begins.
    private static void SkipEncapsulation(WordCursor words)
    {
        while (!words.IsAtEnd && words.Peek is not ("via" or "dev" or "nexthop"))
        {
            words.Take();
        }
    }

    private static bool IsType(ReadOnlySpan<byte> word) =>
        word.Length is 1 or >= 5 and <= 11 && RouteWords.Type(Encoding.UTF8.GetString(word)) is not null;

    private static bool IsDestination(ReadOnlySpan<byte> word) => word.SequenceEqual("default"u8) || Prefix.TryParse(word, out _);

    private static bool HasHop(ReadOnlySpan<byte> rest) =>
        rest.IndexOf(" dev "u8) >= 0 || rest.IndexOf(" via "u8) >= 0 || rest.IndexOf(" nhid "u8) >= 0 || rest.IndexOf("nexthop "u8) >= 0;

    // The line above next hops holds attributes, or nothing but a space: "default proto static metric 20 ".
    private static bool IsHeaderTail(ReadOnlySpan<byte> rest)
    {
        var words = new WordCursor(rest);
        while (!words.IsAtEnd)
        {
            if (!s_wordsWithValue.Contains(words.Peek) &&
                words.Peek is not ("metric" or "table" or "scope" or "src" or "from" or "tos" or "pref" or "onlink" or "linkdown" or "dead"))
            {
                return false;
            }

            words.Take();
            words.Take();
        }

        return true;
    }

    // "ip neighbour" prints "10.0.0.2 dev eth0 lladdr ... REACHABLE".
    private static bool IsNeighbour(ReadOnlySpan<byte> rest)
    {
        rest = rest.TrimEnd(" \t\r"u8);
        var last = rest[(rest.LastIndexOf((byte)' ') + 1)..];
        return rest.IndexOf(" lladdr "u8) >= 0 || (last.Length > 3 && last.IndexOfAnyExceptInRange((byte)'A', (byte)'Z') < 0);
    }
}
