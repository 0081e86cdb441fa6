using Sluice.Netfilter.Nftables;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Rules.Expressions;

namespace Sluice.Linux.Netlink.Nftables;

/// <summary>The questions for protocols that a rule's fields imply: <c>tcp dport</c> first asks whether the packet is TCP, once.</summary>
/// <param name="to">Where the expressions go.</param>
internal sealed class ProtocolQuestions(ExpressionWriter to)
{
    private const uint MetaNfproto = 15;
    private const uint MetaL4Proto = 16;

    private TableFamily _family;
    private byte? _network;
    private byte? _transport;

    /// <summary>Begins a rule: nothing is known of its packets but what the table says.</summary>
    internal void BeginRule(TableFamily family)
    {
        _family = family;
        _network = family is TableFamily.IPv4 or TableFamily.IPv6 ? Nft.NumberOf(family) : null;
        _transport = null;
    }

    /// <summary>From here on all packets have this protocol above IP.</summary>
    internal void Knows(byte transport) => _transport = transport;

    /// <summary>Asks for the protocols of all fields that an expression takes from headers; before any register is filled for it.</summary>
    /// <exception cref="NftNotSupportedException">No packet of the table can have the field.</exception>
    internal void Ask(NftExpression expression)
    {
        switch (expression)
        {
            case NftExpression.Payload e:
                Ask(e.Field);
                break;
            case NftExpression.Concatenation e:
                foreach (var part in e.Parts)
                {
                    Ask(part);
                }

                break;
            case NftExpression.Bitwise e:
                Ask(e.Operand);
                break;
            case NftExpression.Shift e:
                Ask(e.Operand);
                break;
            case NftExpression.Hash { Of: { } value }:
                Ask(value);
                break;
            case NftExpression.MapLookup e:
                Ask(e.Key);
                break;
        }
    }

    private void Ask(PayloadField field)
    {
        byte? network = field.Protocol switch { "ip" => 2, "ip6" => 10, _ => null };
        if (network is { } family)
        {
            AskNetwork(family, field);
        }
        else if (KernelKeys.Transport(field.Protocol) is { } transport)
        {
            AskTransport(transport, field);
        }
        else if (field.Protocol != "th" && !field.Protocol.StartsWith('@'))
        {
            throw new NftNotSupportedException($"the field {field}");
        }
    }

    private void AskNetwork(byte family, PayloadField field)
    {
        if (_network == family)
        {
            return;
        }

        if (_network is not null || _family != TableFamily.Inet)
        {
            throw new NftNotSupportedException($"the field {field} in a table of the family {TableFamilyWords.Of(_family)}");
        }

        to.Meta(RegisterLoader.First, MetaNfproto);
        to.Compare(RegisterLoader.First, inverted: false, [family]);
        _network = family;
    }

    private void AskTransport(byte transport, PayloadField field)
    {
        if (_transport == transport)
        {
            return;
        }

        if (_transport is not null)
        {
            throw new NftNotSupportedException($"the field {field} behind a question for another protocol");
        }

        to.Meta(RegisterLoader.First, MetaL4Proto);
        to.Compare(RegisterLoader.First, inverted: false, [transport]);
        _transport = transport;
    }
}
