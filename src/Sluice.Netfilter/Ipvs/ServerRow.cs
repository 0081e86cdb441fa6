using System.Globalization;
using System.Text;

namespace Sluice.Netfilter.Ipvs;

/// <summary>What the columns of a listing are, below the addresses.</summary>
internal enum ServerColumns
{
    /// <summary>The head is not in the copy: the content must tell.</summary>
    Unknown,

    /// <summary>Method, weight and connections; with <c>--tun-info</c> tunnels too.</summary>
    Usual,

    /// <summary>Packets and bytes (<c>--stats</c>, <c>--rate</c>), and nothing that was configured.</summary>
    Traffic,

    /// <summary>Thresholds and connections.</summary>
    Thresholds,

    /// <summary>Weight, persistent clients and connections.</summary>
    PersistentConnections,
}

/// <summary>Reads the words of rows in a listing of ipvsadm.</summary>
internal static class ServerRow
{
    /// <summary>The columns, by the head of the listing.</summary>
    public static ServerColumns ColumnsOf(ReadOnlySpan<byte> head) =>
        head.IndexOf("Conns"u8) >= 0 || head.IndexOf("CPS"u8) >= 0 ? ServerColumns.Traffic
        : head.IndexOf("Uthreshold"u8) >= 0 ? ServerColumns.Thresholds
        : head.IndexOf("PersistConn"u8) >= 0 ? ServerColumns.PersistentConnections
        : ServerColumns.Usual;

    /// <summary>Whether a word is a count, which without <c>--exact</c> is shortened: <c>120M</c>.</summary>
    public static bool IsCount(string word) =>
        ulong.TryParse(word.AsSpan(0, word.Length - (word[^1] is 'K' or 'M' or 'G' or 'T' && word.Length > 1 ? 1 : 0)), NumberStyles.None, null, out _);

    /// <summary>A virtual server with what stands behind its address: <c>wrr (flag-1) persistent 10800 mask 255.255.255.0 pe sip ops</c>.</summary>
    public static VirtualServer ReadFlags(VirtualServer server, Queue<string> words, out string? problem)
    {
        problem = null;
        server = server with { Scheduler = words.Dequeue() };
        while (words.TryDequeue(out var word))
        {
            var value = word is "persistent" or "mask" or "pe" && words.TryDequeue(out var next) ? next : "";
            VirtualServer? changed = word switch
            {
                "ops" => server with { SchedulesEachPacket = true },
                "pe" when value.Length > 0 => server with { PersistenceEngine = value },
                "persistent" when int.TryParse(value, NumberStyles.None, null, out var seconds) => server with { PersistenceSeconds = seconds },
                "mask" when ServerArguments.MaskLength(value, server.Key.PacketFamily) is { } length => server with { PersistencePrefixLength = ServerArguments.Partial(length, server.Key.PacketFamily) },
                ['(', .. var flags, ')'] when SchedulerFlagWords.Read(flags) is { } read => server with { SchedulerFlags = read },
                _ => null,
            };
            problem ??= changed is null ? $"'{$"{word} {value}".Trim()}' is not understood" : null;
            server = changed ?? server;
        }

        return server;
    }

    /// <summary>The real server of a row; null when it is none.</summary>
    public static RealServerDraft? Read(string[] words, ServerColumns columns)
    {
        if (ServerAddress.Read(Encoding.UTF8.GetBytes(words[0])) is not var (address, port))
        {
            return null;
        }

        var real = new RealServerDraft(address, port);
        var cells = words.AsSpan(1);
        if (cells.Length > 0 && Method(cells[0]) is { } method)
        {
            real = real with { Method = method };
            cells = cells[1..];
            if (cells.Length == 4 && TryTunnel(cells[0], out var tunnel))
            {
                real = real with { Tunnel = tunnel, KnowsTunnel = true };
                cells = cells[1..];
            }

            return cells.Length == 3 && int.TryParse(cells[0], NumberStyles.None, null, out var weight) && Counts(cells[1..]) is { } counts
                ? real with { Weight = weight, Counts = counts }
                : null;
        }

        if (cells.Length == 5)
        {
            return columns is ServerColumns.Traffic or ServerColumns.Unknown && Array.TrueForAll(cells.ToArray(), IsCount) ? real : null;
        }

        return cells.Length == 4 && Number(cells[0]) is { } first && Number(cells[1]) is { } second && Counts(cells[2..]) is { } connections
            ? WithNumbers(real with { Counts = connections }, columns, first, second)
            : null;
    }

    private static RealServerDraft? WithNumbers(RealServerDraft real, ServerColumns columns, uint first, uint second) => columns switch
    {
        ServerColumns.Thresholds => real with { UpperThreshold = first, LowerThreshold = second },
        ServerColumns.PersistentConnections when first <= int.MaxValue => real with { Weight = (int)first, Counts = real.Counts! with { Persistent = second } },

        // Without the head it may be either.
        ServerColumns.Unknown => real,
        _ => null,
    };

    private static ForwardingMethod? Method(string word) => word switch
    {
        "Masq" => ForwardingMethod.Masquerading,
        "Route" => ForwardingMethod.DirectRouting,
        "Tunnel" => ForwardingMethod.Tunneling,
        "Local" => ForwardingMethod.LocalNode,
        _ => null,
    };

    // "n/a", "ipip", "gue:6080:r+c", "gre:-c".
    private static bool TryTunnel(string word, out TunnelEncapsulation? tunnel)
    {
        tunnel = null;
        if (word is "n/a" or "ipip")
        {
            return true;
        }

        var parts = word.Split(':');
        TunnelChecksum? checksum = parts[^1] switch
        {
            "-c" => TunnelChecksum.None,
            "+c" => TunnelChecksum.Whole,
            "r+c" => TunnelChecksum.Remote,
            _ => null,
        };
        tunnel = parts switch
        {
            ["gue", var port, _] when checksum is { } guard && ushort.TryParse(port, NumberStyles.None, null, out var number) =>
                new TunnelEncapsulation(TunnelKind.Gue) { Port = number, Checksum = guard },
            ["gre", _] when checksum is { } guard => new TunnelEncapsulation(TunnelKind.Gre) { Checksum = guard },
            _ => null,
        };
        return tunnel is not null;
    }

    private static RealServerCounts? Counts(ReadOnlySpan<string> cells) =>
        Number(cells[0]) is { } active && Number(cells[1]) is { } inactive ? new RealServerCounts(active, inactive) : null;

    private static uint? Number(string word) => uint.TryParse(word, NumberStyles.None, null, out var number) ? number : null;
}
