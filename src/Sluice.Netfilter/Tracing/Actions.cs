using Sluice.Netfilter.Iptables;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Rules.Statements;

namespace Sluice.Netfilter.Tracing;

/// <summary>Short words for what a rule did, for the steps of a path.</summary>
internal static class Actions
{
    public static string Of(Statement statement) => statement switch
    {
        Verdict.Accept => "Accept",
        Verdict.Drop => "Drop",
        Verdict.Return => "Return",
        Verdict.Jump jump => "Jump " + jump.Chain,
        Verdict.Goto jump => "Goto " + jump.Chain,
        Verdict.Reject reject => "Reject " + (reject.With ?? "icmp-port-unreachable"),
        Verdict.Queue queue => $"Queue {queue.First}",
        Verdict.Translate translate => translate.Nat.Kind.ToString(),
        Verdict.TransparentProxy => "TransparentProxy",
        Verdict.Unknown unknown => "Unknown " + unknown.Name,
        Verdict.Continue => "Continue",
        Verdict.Lookup lookup => "Look up in " + NftPhrases.Of(lookup.Set),
        Verdict.TranslateTo translate => translate.Kind.ToString(),
        SetMark mark => "Mark " + mark.Mark,
        SetValue set => $"{NftPhrases.Of(set.Target)} set {NftPhrases.Of(set.Value)}",
        Count { Name: { } name } => "Count " + name,
        Count => "Count",
        ChangeSet change => $"{change.Operation} @{change.Set}",
        NftObserver observer => observer.Text,
        _ => SyntaxCatalog.WriterOf(statement)?.Name ?? statement.GetType().Name,
    };

    public static string Of(NatSpec nat, TracedPacket packet) => nat.Kind switch
    {
        NatKind.Destination => "DNAT " + Destination(packet),
        NatKind.Redirect => "Redirect " + Destination(packet),
        NatKind.Source => "SNAT " + Source(packet),
        NatKind.Masquerade => "Masquerade " + Source(packet),
        _ => packet.Hook is Hook.Prerouting or Hook.Output ? "Netmap " + Destination(packet) : "Netmap " + Source(packet),
    };

    private static string Destination(TracedPacket packet) => packet is { IsDestinationUnknown: true, DestinationMap: { } map }
        ? "what " + map + " holds"
        : packet.IsDestinationUnknown
        ? "an address of the incoming interface"
        : packet.Destination.WithPort(packet.DestinationPort);

    private static string Source(TracedPacket packet) => packet.IsSourceUnknown
        ? "an address of the outgoing interface"
        : packet.Source.WithPort(packet.SourcePort);
}
