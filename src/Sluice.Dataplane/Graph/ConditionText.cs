using System.Text;
using Sluice.Net;
using Sluice.Netfilter.Iptables;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Rules.Matches;

namespace Sluice.Dataplane.Graph;

/// <summary>Says in short words when a rule applies: <c>dst 172.30.5.207 tcp/443</c>, <c>src not in 10.0.0.0/8</c>.</summary>
public static class ConditionText
{
    // Longer than this, a condition no longer fits on an edge; the dump has the whole of it.
    private const int MaxOther = 60;

    /// <summary>The conditions of a rule; empty when it always applies. Chance and comments are left out.</summary>
    public static string Of(Rule rule)
    {
        var words = new List<string>();
        L4Protocol? protocol = null;
        PortRange? port = null;
        foreach (var part in rule.Parts)
        {
            switch (part)
            {
                case CommentMatch or RandomMatch or Statement:
                    break;
                case ProtocolMatch { Inverted: false } match:
                    protocol = match.Protocol;
                    break;
                case TcpMatch { DestinationPorts: { Inverted: false, Value: var range }, SourcePorts: null, Flags: null, Option: null }:
                    port = range;
                    break;
                case UdpMatch { DestinationPorts: { Inverted: false, Value: var range }, SourcePorts: null }:
                    port = range;
                    break;
                case SctpMatch { DestinationPorts: { Inverted: false, Value: var range }, SourcePorts: null, Chunks: null }:
                    port = range;
                    break;
                case Match match:
                    words.Add(Of(match));
                    break;
            }
        }

        if (protocol is not null || port is not null)
        {
            var transport = port is null ? $"{protocol}" : $"{protocol?.ToString() ?? "port"}/{port}";
            words.Insert(words.FindLastIndex(w => w.StartsWith("dst ", StringComparison.Ordinal)) + 1, transport);
        }

        return string.Join(" ", words.Where(w => w.Length > 0));
    }

    private static string Of(Match match) => match switch
    {
        AddressMatch m => $"{(m.End == PacketEnd.Source ? "src" : "dst")} {InPrefix(m.Prefix, m.Inverted)}",
        InterfaceMatch m => $"{(m.Inverted ? "not " : "")}{(m.Direction == InterfaceDirection.In ? "in" : "out")} {m.Name}",
        ProtocolMatch m => $"not {m.Protocol}",
        MarkMatch m => $"mark {(m.Inverted ? "not " : "")}{m.Mark}",
        ConnmarkMatch m => $"connmark {(m.Inverted ? "not " : "")}{m.Mark}",
        AddressTypeMatch m => string.Join(" ", ((string?[])[Type("src", m.Source), Type("dst", m.Destination)]).Where(w => w is not null)),
        ConntrackMatch { States: { } states } m when m.Equals(new ConntrackMatch { States = states }) => State(states),
        StateMatch m => State(m.States),
        RecentMatch { Action: RecentAction.Set, Inverted: false } => "",
        RecentMatch { Action: RecentAction.Check or RecentAction.Update } m =>
            $"client {(m.Inverted ? "not " : "")}seen{(m.Seconds is { } s ? $" within {s} s" : " before")}",
        TcpMatch { SourcePorts: null, DestinationPorts: null, Flags: null, Option: null } => "",
        UdpMatch { SourcePorts: null, DestinationPorts: null } => "",
        _ => Shorten(NativeText.IsNative(match) ? NativeText.Of(match) : RestoreWriter.Write(new Rule([match]))),
    };

    private static string InPrefix(Prefix prefix, bool inverted) =>
        (inverted, prefix.IsHost) switch
        {
            (false, _) => $"{prefix}",
            (true, true) => $"not {prefix}",
            (true, false) => $"not in {prefix}",
        };

    private static string State(Negatable<ConnectionState> states) =>
        $"state {(states.Inverted ? "not " : "")}{states.Value.ToString().ToUpperInvariant().Replace(", ", ",", StringComparison.Ordinal)}";

    private static string? Type(string end, Negatable<AddressTypes>? types) => types is { } wanted
        ? $"{end} is {(wanted.Inverted ? "not " : "")}{wanted.Value.ToString().ToLowerInvariant()}"
        : null;

    private static string Shorten(string text)
    {
        var words = text.StartsWith("-m ", StringComparison.Ordinal) ? text[3..] : text;
        var runes = new StringBuilder();
        foreach (var rune in words.EnumerateRunes())
        {
            if (runes.Length >= MaxOther)
            {
                return runes.Append('…').ToString();
            }

            runes.Append(rune);
        }

        return runes.ToString();
    }
}
