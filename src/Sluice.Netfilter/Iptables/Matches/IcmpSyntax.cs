using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Rules.Matches;

namespace Sluice.Netfilter.Iptables.Matches;

/// <summary>
/// <c>-m icmp --icmp-type 3/4</c>; in a listing <c>icmptype 3 code 4</c>, <c>icmp !type 3 code 4</c> or, without -n,
/// <c>icmp fragmentation-needed</c>.
/// </summary>
internal sealed class IcmpSyntax : MatchSyntax<IcmpMatch>
{
    public override string Name => "icmp";

    protected override IcmpMatch Start { get; } = new(Kind: null);

    public override Match? ReadListing(ref ListingReader words) =>
        TryKind(ref words, "icmptype #"u8, "icmp ^type #"u8, "icmp ^#"u8, IcmpNames.V4, out var kind) ? new IcmpMatch(kind) : null;

    /// <summary>Reads what both ICMP modules print in a listing.</summary>
    internal static bool TryKind(
        ref ListingReader words, ReadOnlySpan<byte> plain, ReadOnlySpan<byte> marked, ReadOnlySpan<byte> named, IcmpNames names, out Negatable<IcmpKind> kind)
    {
        var isNumber = words.TryTakeForm(plain, out var inverted, out var text) || words.TryTakeForm(marked, out inverted, out text);
        kind = default;
        if ((!isNumber && !words.TryTakeForm(named, out inverted, out text)) || !names.TryParse(text, out var value))
        {
            return false;
        }

        if (isNumber && words.TryTakeForm("code #"u8, out _, out var code))
        {
            if (!byte.TryParse(code, out var number))
            {
                return false;
            }

            value = value with { Code = number };
        }

        kind = new(value, inverted);
        return true;
    }

    /// <summary>Reads the argument of <c>--icmp-type</c> or <c>--icmpv6-type</c>.</summary>
    internal static Negatable<IcmpKind> Take(ref OptionReader option, IcmpNames names)
    {
        if (!names.TryParse(option.Word(), out var kind))
        {
            option.Fail();
        }

        return option.Negatable(kind);
    }

    protected override IcmpMatch? Take(IcmpMatch current, ref OptionReader option) =>
        option.Is("--icmp-type"u8) ? new IcmpMatch(Take(ref option, IcmpNames.V4)) : null;

    protected override void Write(IcmpMatch match, SaveWriter writer)
    {
        if (match.Kind is { } kind)
        {
            writer.Option("--icmp-type", kind.Inverted).Word(kind.Value == IcmpKind.Any ? "any" : kind.Value.ToString());
        }
    }
}

/// <summary><c>-m icmp6 --icmpv6-type 128</c>; in a listing <c>ipv6-icmptype 128</c>.</summary>
internal sealed class IcmpV6Syntax : MatchSyntax<IcmpV6Match>
{
    public override string Name => "icmp6";

    protected override IcmpV6Match Start { get; } = new(Kind: null);

    public override Match? ReadListing(ref ListingReader words) =>
        IcmpSyntax.TryKind(ref words, "ipv6-icmptype #"u8, "ipv6-icmp ^type #"u8, "ipv6-icmp ^#"u8, IcmpNames.V6, out var kind)
            ? new IcmpV6Match(kind)
            : null;

    protected override IcmpV6Match? Take(IcmpV6Match current, ref OptionReader option) =>
        option.Is("--icmpv6-type"u8, "--icmp6-type"u8) ? new IcmpV6Match(IcmpSyntax.Take(ref option, IcmpNames.V6)) : null;

    protected override void Write(IcmpV6Match match, SaveWriter writer) => writer.Optional("--icmpv6-type", match.Kind);
}
