using Sluice.Netfilter.Nftables.Catalog;
using Sluice.Netfilter.Rules.Expressions;

namespace Sluice.Netfilter.Nftables.Reading;

/// <summary>Reads fields of headers, options of headers, and bits without a name.</summary>
internal sealed class PayloadReader(NftTokens tokens, StringCache strings)
{
    /// <summary>Reads bits without a name, <c>@nh,96,32</c>; the sign is no part of the token.</summary>
    public NftExpression.Payload? ReadRaw()
    {
        PayloadBase? place = tokens.Text switch
        {
            [(byte)'l', (byte)'l'] => PayloadBase.Link,
            [(byte)'n', (byte)'h'] => PayloadBase.Network,
            [(byte)'t', (byte)'h'] => PayloadBase.Transport,
            [(byte)'i', (byte)'h'] => PayloadBase.Inner,
            _ => null,
        };
        if (place is not { } known)
        {
            return null;
        }

        tokens.Advance();
        return tokens.TryTake(","u8) && tokens.TakeNumber() is { } offset && tokens.TryTake(","u8) && tokens.TakeNumber() is { } bits
            && offset <= ushort.MaxValue && bits is > 0 and <= 2048
            ? new NftExpression.Payload(PayloadFields.Raw(known, (int)offset, (int)bits))
            : null;
    }

    /// <summary>Reads a field whose protocol is the word that is next; null when it is not understood.</summary>
    public NftExpression? Read(string word)
    {
        if (!PayloadFields.IsProtocol(word) && word is not ("exthdr" or "rt" or "rt0" or "rt2" or "rt4"))
        {
            return null;
        }

        tokens.Advance();
        if (word == "rt" && (tokens.Is("classid"u8) || tokens.Is("nexthop"u8) || tokens.Is("mtu"u8) || tokens.Is("ipsec"u8) || tokens.Is("ip"u8) || tokens.Is("ip6"u8)))
        {
            return OpaqueReader.Read(tokens, word);
        }

        if ((word is "tcp" or "ip" && tokens.TryTake("option"u8)) || (word == "sctp" && tokens.TryTake("chunk"u8)))
        {
            return ReadOption(word == "sctp" ? "sctp chunk" : $"{word} option");
        }

        if (tokens.TakeText() is not { } name)
        {
            return null;
        }

        if (word == "arp" && name is "saddr" or "daddr")
        {
            name = $"{name} {tokens.TakeText()}";
        }

        return PayloadFields.Find(word, name) is { } field ? new NftExpression.Payload(field) : null;
    }

    private NftExpression.Payload? ReadOption(string protocol)
    {
        if (tokens.TakeText() is not { } name)
        {
            return null;
        }

        // A field of the option, or whether the option is there.
        if (tokens.Kind == NftTokenKind.Word && PayloadFields.Find(protocol, $"{name} {strings.Get(tokens.Text)}") is { } field)
        {
            tokens.Advance();
            return new NftExpression.Payload(field);
        }

        return PayloadFields.Find(protocol, name) is { } option ? new NftExpression.Payload(option) : null;
    }
}
