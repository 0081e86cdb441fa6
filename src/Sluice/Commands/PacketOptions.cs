using System.CommandLine;
using Sluice.Input;

namespace Sluice.Commands;

/// <summary>The flags that describe a packet.</summary>
internal sealed class PacketOptions
{
    private readonly Option<string?> _from = Text("--from", "WHO", "Who sends it: an address, host, pod or external");
    private readonly Option<string?> _to = Text("--to", "DEST", "Where to: ADDRESS:PORT, [V6ADDRESS]:PORT or NAMESPACE/SERVICE[:PORT]");
    private readonly Option<string?> _protocol = Text("--protocol", "NAME", "tcp (default), udp, sctp, icmp, icmpv6 or a number", "-p");
    private readonly Option<string?> _state = Text("--state", "STATE", "new (default), established, related, invalid or untracked");
    private readonly Option<string?> _inInterface = Text("--in-interface", "NAME", "The interface it arrives on", "-i");
    private readonly Option<string?> _entry = Text("--entry", "WHERE", "network or local; an address of the node sends from here (local) unless this says otherwise");
    private readonly Option<string?> _mark = Text("--mark", "NUMBER", "The packet mark it has when it enters, e.g. 0x4000");
    private readonly Option<string?> _sourcePort = Text("--source-port", "PORT", "The port it is sent from (default 40000)");
    private readonly Option<string?> _tcpFlags = Text("--tcp-flags", "FLAGS", "TCP flags, e.g. SYN,ACK (default: SYN for a new connection)");
    private readonly Option<string?> _icmpType = Text("--icmp-type", "TYPE", "ICMP type, or TYPE/CODE (default: echo request)");
    private readonly Option<bool> _reply = new("--reply") { Description = "Follow the answer on its way back instead" };

    /// <summary>Adds the flags to a verb.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[_from, _to, _protocol, _state, _inInterface, _entry, _mark, _sourcePort, _tcpFlags, _icmpType, _reply])
        {
            command.Add(option);
        }
    }

    /// <summary>Whether a packet was described at all.</summary>
    public bool IsGiven(ParseResult parsed) => parsed.GetValue(_from) is not null || parsed.GetValue(_to) is not null;

    /// <summary>What the flags say.</summary>
    public PacketQuestion Question(ParseResult parsed) => new()
    {
        From = parsed.GetValue(_from),
        To = parsed.GetValue(_to),
        Protocol = parsed.GetValue(_protocol),
        State = parsed.GetValue(_state),
        InInterface = parsed.GetValue(_inInterface),
        Entry = parsed.GetValue(_entry),
        Mark = parsed.GetValue(_mark),
        SourcePort = parsed.GetValue(_sourcePort),
        TcpFlags = parsed.GetValue(_tcpFlags),
        IcmpType = parsed.GetValue(_icmpType),
        Reply = parsed.GetValue(_reply),
    };

    private static Option<string?> Text(string name, string helpName, string description, params string[] aliases) =>
        new(name, aliases) { Description = description, HelpName = helpName };
}
