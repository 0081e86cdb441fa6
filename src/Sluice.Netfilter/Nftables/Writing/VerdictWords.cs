using System.Diagnostics;
using Sluice.Net;
using Sluice.Netfilter.Rules;

namespace Sluice.Netfilter.Nftables.Writing;

/// <summary>Verdicts in nft's words.</summary>
internal static class VerdictWords
{
    /// <summary>A verdict of a rule, or of a map's element.</summary>
    /// <param name="verdict">The verdict.</param>
    /// <param name="family">The family of the table: whether addresses need a word for theirs.</param>
    public static string Write(Verdict verdict, TableFamily family = TableFamily.IPv4) => verdict switch
    {
        Verdict.Accept => "accept",
        Verdict.Drop => "drop",
        Verdict.Return => "return",
        Verdict.Continue => "continue",
        Verdict.Jump e => $"jump {e.Chain}",
        Verdict.Goto e => $"goto {e.Chain}",
        Verdict.Reject e => $"reject{RejectWords.Write(e.With)}",
        Verdict.Queue e => Queue(e),
        Verdict.Lookup e => $"{ExpressionWords.Write(e.Key)} vmap {SetWords.Reference(e.Set, e.Key)}",
        Verdict.Translate e => Translate(e.Nat, family),
        Verdict.TranslateTo e => TranslateTo(e, family),
        Verdict.TransparentProxy e => $"tproxy to {e.Address}:{e.Port}",
        Verdict.Unknown e => $"{e.Name} {e.Text}".TrimEnd(),
        _ => throw new UnreachableException(),
    };

    private static string Queue(Verdict.Queue e)
    {
        var numbers = e.First == e.Last ? $"{e.First}" : $"{e.First}-{e.Last}";
        var flags = (e.Bypass, e.CpuFanout) switch { (true, true) => " bypass,fanout", (true, _) => " bypass", (_, true) => " fanout", _ => "" };
        return $"queue num {numbers}{flags}";
    }

    private static string Word(NatKind kind) => kind switch
    {
        NatKind.Source => "snat",
        NatKind.Masquerade => "masquerade",
        NatKind.Redirect => "redirect",
        _ => "dnat",
    };

    private static string Translate(NatSpec nat, TableFamily family)
    {
        var flags = Flags(nat.Flags);
        if (nat.Network is { } network)
        {
            return $"dnat{Family(network.Family, family)} prefix to {network.ToCidrString()}{flags}";
        }

        var ports = nat.Ports is not { } range ? "" : range.First == range.Last ? $":{range.First}" : $":{range.First}-{range.Last}";
        if (nat.First is not { } first)
        {
            return $"{Word(nat.Kind)}{(ports.Length > 0 ? " to " : "")}{ports}{flags}";
        }

        var last = nat.Last is { } end && end != first ? end : (NetAddress?)null;
        var isBracketed = first.Family == IPFamily.IPv6 && ports.Length > 0;
        var addresses = isBracketed
            ? $"[{first}]{(last is { } high ? $"-[{high}]" : "")}"
            : $"{first}{(last is { } highest ? $"-{highest}" : "")}";
        return $"{Word(nat.Kind)}{Family(first.Family, family)} to {addresses}{ports}{flags}";
    }

    private static string TranslateTo(Verdict.TranslateTo e, TableFamily family)
    {
        var isV6 = e.Address is not null && family == TableFamily.IPv6;
        var port = e.Port is null ? "" : $":{ExpressionWords.Write(e.Port)}";
        if (e.Address is null)
        {
            return $"{Word(e.Kind)} to {port}{Flags(e.Flags)}";
        }

        var address = ExpressionWords.Write(e.Address);
        return $"{Word(e.Kind)} {(isV6 || NatFamily.IsV6(e.Address) ? "ip6" : "ip")} to {address}{port}{Flags(e.Flags)}";
    }

    private static string Family(IPFamily addresses, TableFamily family) =>
        family is TableFamily.IPv4 or TableFamily.IPv6 ? "" : addresses == IPFamily.IPv4 ? " ip" : " ip6";

    private static string Flags(NatFlags flags)
    {
        var words = new List<string>();
        if (flags.HasFlag(NatFlags.Random))
        {
            words.Add("random");
        }

        if (flags.HasFlag(NatFlags.RandomFully))
        {
            words.Add("fully-random");
        }

        if (flags.HasFlag(NatFlags.Persistent))
        {
            words.Add("persistent");
        }

        return words.Count == 0 ? "" : $" {string.Join(',', words)}";
    }
}
