using Sluice.Net;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Rules.Matches;

namespace Sluice.Netfilter.Iptables.Matches;

/// <summary><c>-m conntrack --ctstate NEW --ctorigdst 10.0.0.1</c>; in a listing <c>ctstate NEW ! ctorigdst 10.0.0.1</c>.</summary>
internal sealed class ConntrackSyntax : MatchSyntax<ConntrackMatch>
{
    private static readonly Utf8Words s_criteria = new(
        "state", "proto", "origsrc", "origdst", "replsrc", "repldst", "origsrcport", "origdstport", "replsrcport", "repldstport",
        "status", "expire", "dir");

    public override string Name => "conntrack";

    protected override ConntrackMatch Start { get; } = new();

    // A listing prints the very options without their dashes, so each word is read as the option.
    public override Match? ReadListing(ref ListingReader words)
    {
        var match = Start;
        while (words.TryTakeForm("^ct#"u8, out var inverted, out var name))
        {
            var argument = words.Next();
            if (Criterion(match, name, argument, inverted) is not { } grown)
            {
                return null;
            }

            match = grown;
        }

        return match == Start ? null : match;
    }

    protected override ConntrackMatch? Take(ConntrackMatch current, ref OptionReader option)
    {
        var name = option.Name.StartsWith("--ct"u8) ? option.Name[4..] : default;
        if (!s_criteria.Contains(name))
        {
            return null;
        }

        var argument = option.Word();
        if (Criterion(current, name, argument, option.Inverted) is { } grown)
        {
            return grown;
        }

        option.Fail();
        return current;
    }

    protected override void Write(ConntrackMatch match, SaveWriter writer)
    {
        if (match.States is { } states)
        {
            writer.Option("--ctstate", states.Inverted).Word(StateWords.Format(states.Value));
        }

        if (match.Protocol is { } protocol)
        {
            writer.Option("--ctproto", new Negatable<byte>(protocol.Value.Number, protocol.Inverted));
        }

        writer.Optional("--ctorigsrc", match.OriginalSource)
            .Optional("--ctorigdst", match.OriginalDestination)
            .Optional("--ctreplsrc", match.ReplySource)
            .Optional("--ctrepldst", match.ReplyDestination)
            .Optional("--ctorigsrcport", match.OriginalSourcePorts)
            .Optional("--ctorigdstport", match.OriginalDestinationPorts)
            .Optional("--ctreplsrcport", match.ReplySourcePorts)
            .Optional("--ctrepldstport", match.ReplyDestinationPorts)
            .Optional("--ctstatus", match.Status)
            .Optional("--ctexpire", match.Expire);
        if (match.IsReply is { } reply)
        {
            writer.Option("--ctdir").Word(reply.Value != reply.Inverted ? "REPLY" : "ORIGINAL");
        }
    }

    // Adds the criterion --ctNAME; null when there is none of that name or its argument is malformed.
    private static ConntrackMatch? Criterion(ConntrackMatch match, ReadOnlySpan<byte> name, ReadOnlySpan<byte> argument, bool inverted)
    {
        if (name.SequenceEqual("state"u8))
        {
            return StateWords.TryParse(argument, out var states) ? match with { States = new(states, inverted) } : null;
        }

        if (name.SequenceEqual("proto"u8))
        {
            return L4Protocol.TryParse(argument, out var protocol) ? match with { Protocol = new(protocol, inverted) } : null;
        }

        if (name.SequenceEqual("status"u8) || name.SequenceEqual("expire"u8))
        {
            var text = new Negatable<string>(System.Text.Encoding.UTF8.GetString(argument), inverted);
            return argument.IsEmpty ? null : name[0] == 's' ? match with { Status = text } : match with { Expire = text };
        }

        if (name.SequenceEqual("dir"u8))
        {
            var isReply = argument.SequenceEqual("REPLY"u8);
            return isReply || argument.SequenceEqual("ORIGINAL"u8) ? match with { IsReply = new(isReply != inverted, Inverted: false) } : null;
        }

        return name.EndsWith("port"u8) ? PortCriterion(match, name, argument, inverted) : AddressCriterion(match, name, argument, inverted);
    }

    private static ConntrackMatch? PortCriterion(ConntrackMatch match, ReadOnlySpan<byte> name, ReadOnlySpan<byte> argument, bool inverted)
    {
        var ok = PortRange.TryParse(argument, (byte)':', out var range);
        var ports = new Negatable<PortRange>(range, inverted);
        return !ok ? null
            : name.SequenceEqual("origsrcport"u8) ? match with { OriginalSourcePorts = ports }
            : name.SequenceEqual("origdstport"u8) ? match with { OriginalDestinationPorts = ports }
            : name.SequenceEqual("replsrcport"u8) ? match with { ReplySourcePorts = ports }
            : name.SequenceEqual("repldstport"u8) ? match with { ReplyDestinationPorts = ports }
            : null;
    }

    private static ConntrackMatch? AddressCriterion(ConntrackMatch match, ReadOnlySpan<byte> name, ReadOnlySpan<byte> argument, bool inverted)
    {
        var ok = Prefix.TryParse(argument, out var prefix);
        var address = new Negatable<Prefix>(prefix, inverted);
        return !ok ? null
            : name.SequenceEqual("origsrc"u8) ? match with { OriginalSource = address }
            : name.SequenceEqual("origdst"u8) ? match with { OriginalDestination = address }
            : name.SequenceEqual("replsrc"u8) ? match with { ReplySource = address }
            : name.SequenceEqual("repldst"u8) ? match with { ReplyDestination = address }
            : null;
    }
}
