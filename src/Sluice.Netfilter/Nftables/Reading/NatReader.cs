using Sluice.Net;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Rules.Expressions;
using Sluice.Netfilter.Rules.Sets;

namespace Sluice.Netfilter.Nftables.Reading;

/// <summary>Reads address translations: <c>dnat</c>, <c>snat</c>, <c>masquerade</c>, <c>redirect</c>. Null stands for what is not understood.</summary>
internal sealed class NatReader(NftTokens tokens, ValueReader values, ConstantOrMapReader givens, TableScope scope)
{
    /// <summary>Reads what follows the first word.</summary>
    public Verdict? Read(NatKind kind)
    {
        if (kind is NatKind.Masquerade or NatKind.Redirect)
        {
            return tokens.TryTake("to"u8) ? ReadPorts(kind, null, null) : Constant(kind, null, null, null);
        }

        var isV6 = scope.Family == TableFamily.IPv6;
        if (tokens.TryTake("ip6"u8))
        {
            isV6 = true;
        }
        else if (tokens.TryTake("ip"u8))
        {
            isV6 = false;
        }

        // What a map yields is told by the map.
        if (tokens.TryTake("addr"u8))
        {
            _ = tokens.TryTake("."u8) && tokens.TryTake("port"u8);
        }

        if (tokens.Is("prefix"u8) || tokens.Is("interval"u8))
        {
            return ReadNetwork(isV6);
        }

        tokens.TryTake("to"u8);
        return tokens.Is(":"u8) ? ReadPorts(kind, null, null) : ReadAddress(kind, isV6);
    }

    private Verdict? ReadAddress(NatKind kind, bool isV6)
    {
        var isBracketed = tokens.TryTake("["u8);
        isV6 |= isBracketed || (tokens.Kind is NftTokenKind.Word or NftTokenKind.Quoted && tokens.Text.Contains((byte)':'));
        var type = isV6 ? NftType.IPv6Address : NftType.IPv4Address;
        if (isBracketed || IsAddress)
        {
            return ReadRange(type, isBracketed) is { } range ? ReadPorts(kind, range.First, range.Last) : null;
        }

        if (givens.ReadExpression(new NftKeyType([type, NftType.InetService])) is not { } address)
        {
            return null;
        }

        var port = tokens.TryTake(":"u8) ? givens.Read(NftType.InetService) : null;
        return ReadFlags() is { } flags ? new Verdict.TranslateTo(kind, address, port, flags) : null;
    }

    private bool IsAddress => tokens.Kind is NftTokenKind.Word or NftTokenKind.Quoted && NetAddress.TryParse(tokens.Text, out _);

    private (NetAddress First, NetAddress Last)? ReadRange(NftType type, bool isBracketed)
    {
        Span<byte> first = stackalloc byte[type.Bytes], last = stackalloc byte[type.Bytes];
        if (!values.TryRead(type, first, last))
        {
            return null;
        }

        if (isBracketed)
        {
            // Each end of a range has brackets of its own.
            if (!tokens.TryTake("]"u8) || (tokens.TryTake("-"u8) && !(tokens.TryTake("["u8) && values.TryRead(type, last, last) && tokens.TryTake("]"u8))))
            {
                return null;
            }
        }

        return (NftValue.Of(first).ToAddress()!.Value, NftValue.Of(last).ToAddress()!.Value);
    }

    private Verdict? ReadPorts(NatKind kind, NetAddress? first, NetAddress? last)
    {
        if (!tokens.TryTake(":"u8))
        {
            return Constant(kind, first, last, null);
        }

        Span<byte> low = stackalloc byte[2], high = stackalloc byte[2];
        if (values.TryRead(NftType.InetService, low, high))
        {
            return Constant(kind, first, last, new PortRange((ushort)NftValue.Of(low).ToNumber(), (ushort)NftValue.Of(high).ToNumber()));
        }

        if (givens.Read(NftType.InetService) is not { } port || first != last || ReadFlags() is not { } flags)
        {
            return null;
        }

        var address = first is { } constant
            ? new NftExpression.Constant(NftValue.Of(constant), constant.Family == IPFamily.IPv4 ? NftType.IPv4Address : NftType.IPv6Address)
            : null;
        return new Verdict.TranslateTo(kind, address, port, flags);
    }

    private Verdict.Translate? Constant(NatKind kind, NetAddress? first, NetAddress? last, PortRange? ports) =>
        ReadFlags() is { } flags ? new Verdict.Translate(new NatSpec(kind, first, last, ports, flags)) : null;

    // The host part stays and the network part changes, of the end that the hook translates. Maps of networks have no word in the model.
    private Verdict.Translate? ReadNetwork(bool isV6)
    {
        tokens.Advance();
        var type = isV6 ? NftType.IPv6Address : NftType.IPv4Address;
        if (!tokens.TryTake("to"u8) || !IsAddress || ReadRange(type, isBracketed: false) is not { } range || ReadFlags() is not { } flags)
        {
            return null;
        }

        var host = range.First.Bits ^ range.Last.Bits;
        var network = Prefix.Of(range.First, range.First.Width - (128 - (int)UInt128.LeadingZeroCount(host)));
        return (host & (host + 1)) == 0 ? new Verdict.Translate(new NatSpec(NatKind.Netmap, null, null, null, flags) { Network = network }) : null;
    }

    private NatFlags? ReadFlags()
    {
        var flags = NatFlags.None;
        do
        {
            if (tokens.TryTake("random"u8))
            {
                flags |= NatFlags.Random;
            }
            else if (tokens.TryTake("fully-random"u8))
            {
                flags |= NatFlags.RandomFully;
            }
            else if (tokens.TryTake("persistent"u8))
            {
                flags |= NatFlags.Persistent;
            }
            else
            {
                break;
            }
        }
        while (tokens.TryTake(","u8));

        return flags;
    }
}
