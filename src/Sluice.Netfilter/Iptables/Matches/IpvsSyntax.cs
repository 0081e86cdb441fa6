using Sluice.Net;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Rules.Matches;

namespace Sluice.Netfilter.Iptables.Matches;

/// <summary><c>-m ipvs --vaddr 10.0.0.1 --vport 80 --vdir ORIGINAL</c>; in a listing the same without dashes.</summary>
internal sealed class IpvsSyntax : MatchSyntax<IpvsMatch>
{
    private static readonly Utf8Words s_criteria = new("ipvs", "vproto", "vaddr", "vport", "vdir", "vmethod", "vportctl");

    public override string Name => "ipvs";

    protected override IpvsMatch Start { get; } = new();

    public override Match? ReadListing(ref ListingReader words)
    {
        var match = Start;
        while (true)
        {
            var copy = words;
            var inverted = copy.TryTake("!"u8);
            var name = copy.Next();

            // libxt_ipvs prints the protocol's option without its v.
            name = name.SequenceEqual("proto"u8) ? "vproto"u8 : name;
            if (!s_criteria.Contains(name))
            {
                return match == Start ? null : match;
            }

            if (Criterion(match, name, name.SequenceEqual("ipvs"u8) ? default : copy.Next(), inverted) is not { } grown)
            {
                return null;
            }

            match = grown;
            words = copy;
        }
    }

    protected override IpvsMatch? Take(IpvsMatch current, ref OptionReader option)
    {
        var name = option.Name.StartsWith("--"u8) ? option.Name[2..] : default;
        if (!s_criteria.Contains(name))
        {
            return null;
        }

        var argument = name.SequenceEqual("ipvs"u8) ? default : option.Word();
        if (Criterion(current, name, argument, option.Inverted) is { } grown)
        {
            return grown;
        }

        option.Fail();
        return current;
    }

    protected override void Write(IpvsMatch match, SaveWriter writer)
    {
        if (match.IsHandled is { } handled)
        {
            writer.Option("--ipvs", !handled);
        }

        if (match.Protocol is { } protocol)
        {
            writer.Option("--vproto", new Negatable<byte>(protocol.Value.Number, protocol.Inverted));
        }

        writer.Optional("--vaddr", match.Address).Optional("--vport", match.Port);
        if (match.IsReply is { } reply)
        {
            writer.Option("--vdir").Word(reply ? "REPLY" : "ORIGINAL");
        }

        writer.Optional("--vmethod", match.Method).Optional("--vportctl", match.ControlPort);
    }

    private static IpvsMatch? Criterion(IpvsMatch match, ReadOnlySpan<byte> name, ReadOnlySpan<byte> argument, bool inverted)
    {
        switch (s_criteria.IndexOf(name))
        {
            case 0:
                return match with { IsHandled = !inverted };
            case 1:
                return L4Protocol.TryParse(argument, out var protocol) ? match with { Protocol = new(protocol, inverted) } : null;
            case 2:
                return Prefix.TryParse(argument, out var address) ? match with { Address = new(address, inverted) } : null;
            case 3:
                return ushort.TryParse(argument, out var port) ? match with { Port = new(port, inverted) } : null;
            case 4:
                var isReply = argument.SequenceEqual("REPLY"u8);
                return isReply || argument.SequenceEqual("ORIGINAL"u8) ? match with { IsReply = isReply != inverted } : null;
            case 5:
                return argument.IsEmpty ? null : match with { Method = new(System.Text.Encoding.ASCII.GetString(argument), inverted) };
            default:
                return ushort.TryParse(argument, out var control) ? match with { ControlPort = new(control, inverted) } : null;
        }
    }
}
