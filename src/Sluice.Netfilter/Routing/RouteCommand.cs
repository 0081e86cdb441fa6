using Sluice.Net;

namespace Sluice.Netfilter.Routing;

/// <summary>What an <c>ip route</c> or <c>ip rule</c> command in a prompt line says about the lines after it.</summary>
/// <param name="Family">The family asked for; null when none was.</param>
/// <param name="Table">The table asked for.</param>
internal sealed record RouteCommand(IPFamily? Family, string Table)
{
    /// <summary>Reads <c>[root@node ~]# ip -6 route show table 77</c>; null when the line holds no such command.</summary>
    public static RouteCommand? Read(ReadOnlySpan<byte> line)
    {
        if (line.Length > 400 || line.IndexOf("ip "u8) < 0)
        {
            return null;
        }

        var words = new WordCursor(line);
        while (!words.IsAtEnd)
        {
            if (words.Take() is var word && (word == "ip" || word.EndsWith("/ip", StringComparison.Ordinal)) && After(words) is { } command)
            {
                return command;
            }
        }

        return null;
    }

    private static RouteCommand? After(WordCursor words)
    {
        IPFamily? family = null;
        while (words.Peek.StartsWith('-'))
        {
            var option = words.Take();
            var value = option is "-f" or "-family" ? words.Take() : option;
            family = value switch
            {
                "-6" or "inet6" => IPFamily.IPv6,
                "-4" or "inet" => IPFamily.IPv4,
                _ => family,
            };
        }

        if (words.Take() is not ("r" or "ro" or "rou" or "rout" or "route" or "ru" or "rul" or "rule"))
        {
            return null;
        }

        var table = "main";
        while (!words.IsAtEnd)
        {
            if (words.Take() is "table" or "t")
            {
                table = words.Take();
            }
        }

        return new RouteCommand(family, table is "" or "all" ? "main" : RouteWords.Table(table));
    }
}
