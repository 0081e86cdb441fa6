using Sluice.Netfilter.Iptables;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Rules.Statements;
using Sluice.Netfilter.Tracing;

namespace Sluice.Dataplane.Graph;

/// <summary>Short words for what a rule does to packets that it does not send to another chain.</summary>
internal static class VerdictText
{
    /// <summary>The words on the node that a verdict leads to.</summary>
    public static string Of(Verdict verdict) => verdict switch
    {
        Verdict.Accept => "ACCEPT",
        Verdict.Drop => "DROP",
        Verdict.Return => "RETURN",
        Verdict.Reject { With: { } with } => $"REJECT ({with})",
        Verdict.Reject => "REJECT",
        Verdict.Queue queue => $"NFQUEUE {queue.First}",
        Verdict.TransparentProxy proxy => $"TPROXY {proxy.Port}",
        Verdict.Unknown unknown => unknown.Name,
        Verdict.Translate translate => Of(translate.Nat),
        Verdict.Continue => "CONTINUE",
        Verdict.Lookup lookup => "looked up in " + NftPhrases.Of(lookup.Set),
        Verdict.TranslateTo translate => Written(translate),
        _ => Written(verdict),
    };

    /// <summary>What a statement does, as a clause about its chain: <c>sets mark 0x4000/0x4000</c>.</summary>
    public static string Of(Statement statement) => statement is SetMark mark ? $"sets mark {mark.Mark}" : Written(statement);

    private static string Of(NatSpec nat) => nat.Kind switch
    {
        NatKind.Destination => Range(nat),
        NatKind.Source => "SNAT " + Range(nat),
        NatKind.Masquerade => "MASQUERADE",
        NatKind.Redirect => $"REDIRECT {nat.Ports}".TrimEnd(),
        _ => $"NETMAP {nat.Network}".TrimEnd(),
    };

    private static string Range(NatSpec nat)
    {
        if (nat.First is not { } first)
        {
            return $"port {nat.Ports}";
        }

        if (nat.Last is { } last && last != first)
        {
            return $"{first}-{last}{(nat.Ports is { } ports ? $" ports {ports}" : "")}";
        }

        return nat.Ports is { } range && range.First != range.Last ? $"{first} ports {range}" : first.WithPort(nat.Ports?.First);
    }

    private static string Written(Statement statement)
    {
        if (NativeText.IsNative(statement))
        {
            return NativeText.Of(statement);
        }

        var text = RestoreWriter.Write(new Rule([statement]));
        return text.StartsWith("-j ", StringComparison.Ordinal) ? text[3..] : text;
    }
}
