using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Rules.Expressions;
using Sluice.Netfilter.Rules.Matches;

namespace Sluice.Linux.Netlink.Nftables.Live;

/// <summary>
/// What a rule has asked so far about the protocols of its packets: it gives bits their names, and a question that a name implies is left out, as
/// nft leaves it out (src/payload.c, payload_dependency_kill).
/// </summary>
internal sealed class ProtocolContext
{
    private const ulong Icmp = 1;
    private const ulong Icmpv6 = 58;

    private int _question = -1;
    private PayloadBase _questionIsFor;
    private TableFamily _family;

    /// <summary>The protocol of the network layer, in nft's words; null while it may be any.</summary>
    internal string? Network { get; private set; }

    /// <summary>The protocol above IP, in nft's words; null while it may be any.</summary>
    internal string? Transport { get; private set; }

    /// <summary>Begins a rule.</summary>
    internal void Begin(TableFamily family)
    {
        _family = family;
        _question = -1;
        Transport = null;
        Network = family switch
        {
            TableFamily.IPv4 => "ip",
            TableFamily.IPv6 => "ip6",
            TableFamily.Arp => "arp",
            _ => null,
        };
    }

    /// <summary>Takes a condition, the last of the rule's parts so far.</summary>
    internal void Learn(NftMatch match, List<RulePart> parts)
    {
        if (match.Inverted || match.Right is not NftOperand.Values { First: { } value } values || values.First != values.Last)
        {
            return;
        }

        var number = value.ToNumber();
        switch (match.Left)
        {
            case NftExpression.Meta { Key: "l4proto" }:
            case NftExpression.Payload { Field: { Protocol: "ip", Name: "protocol" } or { Protocol: "ip6", Name: "nexthdr" } }:
                if ((Network, number) is ("ip", Icmp) or ("ip6", Icmpv6))
                {
                    // ICMP's version says that of IP, too.
                    Imply(parts, PayloadBase.Network);
                }

                Transport = KernelKeys.Transport((byte)number);
                Ask(parts.Count - 1, PayloadBase.Transport);
                break;
            case NftExpression.Meta { Key: "nfproto" }:
                Network = number switch { 2 => "ip", 10 => "ip6", _ => Network };
                Ask(parts.Count - 1, PayloadBase.Network);
                break;
            case NftExpression.Meta { Key: "protocol" }:
            case NftExpression.Payload { Field: { Protocol: "ether", Name: "type" } }:
                Network = number switch { 0x0800 => "ip", 0x86dd => "ip6", 0x0806 => "arp", _ => Network };
                Ask(parts.Count - 1, PayloadBase.Network);
                break;
        }
    }

    /// <summary>The protocol whose header lies at a place, in nft's words; null when it may be any.</summary>
    internal string? ProtocolAt(PayloadBase place) => place switch
    {
        PayloadBase.Link => "ether",
        PayloadBase.Network => Network,
        PayloadBase.Transport => Transport ?? "th",
        _ => null,
    };

    /// <summary>A header is read whose protocol an earlier question has settled: that question goes out of the rule.</summary>
    internal void Imply(List<RulePart> parts, PayloadBase place)
    {
        if (_question < 0 || _questionIsFor != place || _question >= parts.Count)
        {
            return;
        }

        // Outside of IP's own tables ICMP's version says more than the question for it.
        var isOfOneFamily = _family is TableFamily.IPv4 or TableFamily.IPv6;
        if (place == PayloadBase.Network || isOfOneFamily || parts[_question] is NftMatch { Left: NftExpression.Meta })
        {
            parts.RemoveAt(_question);
        }

        _question = -1;
    }

    private void Ask(int index, PayloadBase place) => (_question, _questionIsFor) = (index, place);
}
