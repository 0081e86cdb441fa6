using System.Text;
using Sluice.Net;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Rules.Matches;
using Sluice.Netfilter.Text;

namespace Sluice.Netfilter.Iptables.Matches;

/// <summary>
/// <c>-m policy --dir in --pol ipsec --strict --reqid 5 --next --mode tunnel</c>; in a listing
/// <c>policy match dir in pol ipsec strict [0] reqid 5 [1] mode tunnel</c>.
/// </summary>
internal sealed class PolicySyntax : MatchSyntax<PolicyMatch>
{
    private static readonly Utf8Words s_details = new("reqid", "spi", "proto", "mode", "tunnel-dst", "tunnel-src");

    public override string Name => "policy";

    protected override PolicyMatch Start { get; } = new(IsOutgoing: false, IsIpsec: true);

    public override bool WritesInitial => true;

    public override Match? ReadListing(ref ListingReader words)
    {
        if (!words.TryTakeForm("policy match dir #"u8, out _, out var direction) || !words.TryTakeForm("pol #"u8, out _, out var kind))
        {
            return null;
        }

        var match = new PolicyMatch(direction.SequenceEqual("out"u8), kind.SequenceEqual("ipsec"u8)) { IsStrict = words.TryTake("strict"u8) };
        while (true)
        {
            var copy = words;
            if (copy.TryTakeForm("[#]"u8, out _, out var number))
            {
                match = number.SequenceEqual("0"u8) ? match : NextElement(match);
                words = copy;
                continue;
            }

            var inverted = copy.TryTake("!"u8);
            var name = copy.Next();
            if (!s_details.Contains(name))
            {
                return match;
            }

            if (Detail(match, name, copy.Next(), inverted) is not { } grown)
            {
                return null;
            }

            match = grown;
            words = copy;
        }
    }

    protected override PolicyMatch? Take(PolicyMatch current, ref OptionReader option)
    {
        if (option.Is("--dir"u8))
        {
            return current with { IsOutgoing = option.Word().SequenceEqual("out"u8) };
        }

        if (option.Is("--pol"u8))
        {
            return current with { IsIpsec = option.Word().SequenceEqual("ipsec"u8) };
        }

        if (option.Is("--strict"u8))
        {
            return current with { IsStrict = true };
        }

        if (option.Is("--next"u8))
        {
            return NextElement(current);
        }

        var name = option.Name.StartsWith("--"u8) ? option.Name[2..] : default;
        if (!s_details.Contains(name))
        {
            return null;
        }

        var argument = option.Word();
        if (Detail(current, name, argument, option.Inverted) is { } grown)
        {
            return grown;
        }

        option.Fail();
        return current;
    }

    protected override void Write(PolicyMatch match, SaveWriter writer)
    {
        writer.Option("--dir", match.IsOutgoing ? "out" : "in").Option("--pol", match.IsIpsec ? "ipsec" : "none").Flag("--strict", match.IsStrict);
        for (var i = 0; i < match.Elements.Count; i++)
        {
            var element = match.Elements[i];
            writer.Flag("--next", i > 0).Optional("--reqid", element.RequestId);
            if (element.Spi is { } spi)
            {
                writer.Option("--spi", spi.Inverted).Word($"0x{spi.Value:x}");
            }

            writer.Optional("--proto", element.Protocol)
                .Optional("--mode", element.Mode)
                .Optional("--tunnel-dst", element.TunnelDestination)
                .Optional("--tunnel-src", element.TunnelSource);
        }
    }

    private static PolicyMatch NextElement(PolicyMatch match) =>
        match with { Elements = match.Elements.Append(new PolicyElement()).ToEquatableArray() };

    private static PolicyMatch? Detail(PolicyMatch match, ReadOnlySpan<byte> name, ReadOnlySpan<byte> argument, bool inverted)
    {
        var element = match.Elements.Count == 0 ? new PolicyElement() : match.Elements[^1];
        PolicyElement? grown;
        switch (s_details.IndexOf(name))
        {
            case 0:
                grown = Utf8Number.TryParse(argument, out uint id) ? element with { RequestId = new(id, inverted) } : null;
                break;
            case 1:
                grown = Utf8Number.TryParse(argument, out uint spi) ? element with { Spi = new(spi, inverted) } : null;
                break;
            case 2:
                grown = L4Protocol.TryParse(argument, out var protocol) ? element with { Protocol = new(protocol, inverted) } : null;
                break;
            case 3:
                grown = argument.IsEmpty ? null : element with { Mode = new(Encoding.ASCII.GetString(argument), inverted) };
                break;
            default:
                var ok = Prefix.TryParse(argument, out var prefix);
                var end = new Negatable<Prefix>(prefix, inverted);
                grown = !ok ? null : name.EndsWith("dst"u8) ? element with { TunnelDestination = end } : element with { TunnelSource = end };
                break;
        }

        return grown is null ? null : match with { Elements = match.Elements.Take(match.Elements.Count - 1).Append(grown).ToEquatableArray() };
    }
}
