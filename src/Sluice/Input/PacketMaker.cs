using System.Text;
using Sluice.Kubernetes.Configuration;
using Sluice.Net;
using Sluice.Netfilter.Text;

namespace Sluice.Input;

/// <summary>Turns a person's words about a packet into the packet, or says which word is wrong.</summary>
internal static class PacketMaker
{
    /// <summary>The source port when the question names none: one that clients use.</summary>
    public const int ClientPort = 40000;

    private static readonly string[] s_states = ["new", "established", "related", "invalid", "untracked"];
    private static readonly string[] s_entries = ["network", "local"];
    private static readonly string[] s_tcpFlags = ["FIN", "SYN", "RST", "PSH", "ACK", "URG"];

    /// <summary>The packet asked about.</summary>
    public static Packet Make(PacketQuestion question, NodeInput node)
    {
        var sender = question.From ?? throw new CommandFailure("say who sends the packet: --from ADDRESS, host, pod or external");
        IPFamily? family = NetAddress.TryParse(sender, out var source) ? source.Family : null;
        var to = Destination.Resolve(
            question.To ?? throw new CommandFailure("say where the packet goes: --to ADDRESS:PORT or NAMESPACE/SERVICE"),
            ProtocolOf(question.Protocol),
            family,
            node);
        var entry = EntryOf(question.Entry);
        var from = Sender.Resolve(sender, to.Address, node);
        node.Require(to.Address.Family);
        var protocol = to.Protocol;
        var state = StateOf(question.State);
        if (protocol.HasPorts && to.Port is null)
        {
            throw new CommandFailure($"say the port: --to {to.Address.WithPort(80)} (or another --protocol than {protocol})");
        }

        entry ??= question.InInterface is null && node.Snapshot.IsLocal(from.Address) ? PacketEntry.Local : PacketEntry.Network;
        if (entry == PacketEntry.Local && question.InInterface is not null)
        {
            throw new CommandFailure("a packet made on this node arrives on no interface: leave out --in-interface or --entry local");
        }

        var (icmpType, icmpCode) = IcmpOf(question.IcmpType, protocol);
        return new Packet(protocol, from.Address, to.Address)
        {
            SourcePort = protocol.HasPorts ? PortOf(question.SourcePort) ?? ClientPort : null,
            DestinationPort = protocol.HasPorts ? to.Port : null,
            State = state,
            Entry = entry.Value,
            InInterface = entry == PacketEntry.Network ? question.InInterface ?? from.Interface : null,
            Mark = MarkOf(question.Mark),
            TcpFlags = protocol == L4Protocol.Tcp ? TcpFlagsOf(question.TcpFlags, state) : null,
            IcmpType = icmpType,
            IcmpCode = icmpCode,
        };
    }

    private static L4Protocol? ProtocolOf(string? text) =>
        text is null ? null
        : L4Protocol.TryParse(text, out var protocol) && protocol != L4Protocol.Any ? protocol
        : throw new CommandFailure($"'{text}' is no protocol: take tcp, udp, sctp, icmp, icmpv6 or a number");

    private static PacketEntry? EntryOf(string? text) => text?.ToLowerInvariant() switch
    {
        null => null,
        "network" => PacketEntry.Network,
        "local" => PacketEntry.Local,
        _ => throw Wrong("entry", text, s_entries),
    };

    private static ConnectionState StateOf(string? text) => text?.ToLowerInvariant() switch
    {
        null or "new" => ConnectionState.New,
        "established" => ConnectionState.Established,
        "related" => ConnectionState.Related,
        "invalid" => ConnectionState.Invalid,
        "untracked" => ConnectionState.Untracked,
        _ => throw Wrong("state", text, s_states),
    };

    private static uint MarkOf(string? text) =>
        text is null ? 0
        : Utf8Number.TryParse(Encoding.UTF8.GetBytes(text), out uint mark) ? mark
        : throw new CommandFailure($"'{text}' is no mark: take a number such as 0x4000");

    private static int? PortOf(string? text) =>
        text is null ? null
        : ushort.TryParse(text, out var port) ? port
        : throw new CommandFailure($"'{text}' is no source port: take a number up to 65535");

    private static TcpFlags? TcpFlagsOf(string? text, ConnectionState state)
    {
        if (text is null)
        {
            return state == ConnectionState.New ? TcpFlags.Syn : state == ConnectionState.Established ? TcpFlags.Ack : null;
        }

        var flags = TcpFlags.None;
        foreach (var word in text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var at = Array.FindIndex(s_tcpFlags, f => f.Equals(word, StringComparison.OrdinalIgnoreCase));
            flags |= at >= 0 ? (TcpFlags)(1 << at)
                : word.Equals("none", StringComparison.OrdinalIgnoreCase) ? TcpFlags.None
                : throw Wrong("TCP flag", word, s_tcpFlags);
        }

        return flags;
    }

    private static (int? Type, int? Code) IcmpOf(string? text, L4Protocol protocol)
    {
        if (!protocol.IsIcmp)
        {
            return text is null ? (null, null) : throw new CommandFailure($"--icmp-type is for icmp and icmpv6, not {protocol}");
        }

        // An echo request, as ping sends it.
        if (text is null)
        {
            return (protocol == L4Protocol.Icmp ? 8 : 128, 0);
        }

        var slash = text.IndexOf('/', StringComparison.Ordinal);
        byte code = 0;
        return byte.TryParse(slash < 0 ? text : text.AsSpan(0, slash), out var type) && (slash < 0 || byte.TryParse(text.AsSpan(slash + 1), out code))
            ? (type, code)
            : throw new CommandFailure($"'{text}' is no ICMP type: take a number up to 255, or TYPE/CODE");
    }

    private static CommandFailure Wrong(string what, string word, string[] right) =>
        new($"'{word}' is no {what}{NearestWord.Hint(word, right)}: take one of {string.Join(", ", right)}");
}
