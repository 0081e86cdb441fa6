using System.Numerics;
using Sluice.Net;
using Sluice.Netfilter.Nftables;
using Sluice.Netfilter.Nftables.Catalog;
using Sluice.Netfilter.Nftables.Reading;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Rules.Expressions;
using Sluice.Netfilter.Rules.Sets;

namespace Sluice.Linux.Netlink.Nftables.Live;

/// <summary>Reads the kernel's expressions that load registers, as values of the model.</summary>
/// <param name="registers">The rule's registers.</param>
/// <param name="context">What the rule asked before.</param>
internal sealed class ExpressionDecoder(RegisterFile registers, ProtocolContext context)
{
    private static readonly string[] s_lookups = ["saddr", "daddr", "mark", "iif", "oif"];
    private const uint Presence = 32;

    /// <summary>Reads an expression that loads a register; false when it is none of those known.</summary>
    internal bool TryLoad(string name, Attributes attributes, TableFamily family, List<RulePart> parts)
    {
        switch (name)
        {
            case "payload" when !attributes.Has(5):
                Payload(attributes, parts);
                return true;
            case "meta" when !attributes.Has(3):
                Meta(attributes);
                return true;
            case "ct" when !attributes.Has(4):
                Conntrack(attributes, family);
                return true;
            case "fib":
                Fib(attributes);
                return true;
            case "numgen":
                registers[attributes.UInt32(1)] = new Register(
                    new NftExpression.NumberGenerator(attributes.UInt32(3) == 1, attributes.UInt32(2), attributes.UInt32(4)), null, 4);
                return true;
            case "hash":
                Hash(attributes);
                return true;
            case "bitwise":
                Bitwise(attributes);
                return true;
            case "byteorder":
                if (registers[attributes.UInt32(1)] is { } turned)
                {
                    registers[attributes.UInt32(2)] = turned with { IsTurned = !turned.IsTurned };
                }

                return true;
            case "immediate" when !attributes.Value(2).IsEmpty:
                var constant = attributes.Value(2).ToArray();
                registers[attributes.UInt32(1)] = new Register(null, constant, constant.Length);
                return true;
            case "rt":
                Route(attributes);
                return true;
            case "exthdr" or "socket" or "osf" or "xfrm" or "tunnel" or "inner":
                registers[attributes.UInt32(name is "exthdr" or "osf" or "xfrm" ? 1 : 2)] = new Register(new NftExpression.Unknown(name), null, 4);
                return true;
            default:
                return false;
        }
    }

    /// <summary>A field of the packet, or bits of it.</summary>
    internal PayloadField Field(PayloadBase place, int offset, int bits) =>
        (context.ProtocolAt(place) is { } protocol ? PayloadFields.At(protocol, place, offset, bits) : null) ??
        (place == PayloadBase.Transport ? PayloadFields.At("th", place, offset, bits) : null) ??
        PayloadFields.Raw(place, offset, bits);

    /// <summary>The field that some bits of others are; null when they are none that has a name.</summary>
    /// <param name="around">The bytes around it.</param>
    /// <param name="mask">Its bits among them.</param>
    /// <param name="shift">How many bits are behind it.</param>
    internal PayloadField? FieldIn(PayloadField around, ulong mask, out int shift)
    {
        shift = BitOperations.TrailingZeroCount(mask);
        var bits = BitOperations.PopCount(mask);
        if (mask == 0 || around.Type.Bits > 64 || mask >> shift != ulong.MaxValue >> (64 - bits))
        {
            return null;
        }

        var field = Field(around.Base, around.OffsetBits + around.Type.Bits - shift - bits, bits);
        return field.Protocol.StartsWith('@') ? null : field;
    }

    private void Payload(Attributes attributes, List<RulePart> parts)
    {
        var place = (PayloadBase)attributes.UInt32(2);
        var (offset, length) = ((int)attributes.UInt32(3) * 8, (int)attributes.UInt32(4));
        var field = Field(place, offset, length * 8);
        context.Imply(parts, place);
        registers[attributes.UInt32(1)] = new Register(new NftExpression.Payload(field), null, length);
    }

    private void Meta(Attributes attributes)
    {
        var key = KernelKeys.Meta(attributes.UInt32(2)) is { } name ? MetaKeys.Find(name) : null;
        var bytes = key is null || key.Type == NftTypes.InterfaceIndex ? 4 : key.Type.Bytes;
        registers[attributes.UInt32(1)] = new Register(key ?? (NftExpression)new NftExpression.Unknown($"meta key {attributes.UInt32(2)}"), null, bytes);
    }

    private void Conntrack(Attributes attributes, TableFamily family)
    {
        var number = attributes.UInt32(2);
        NftDirection? direction = attributes.Has(3) ? attributes.Byte(3) == 0 ? NftDirection.Original : NftDirection.Reply : null;
        var isIPv6 = KernelKeys.IsIPv6Conntrack(number) ?? (family == TableFamily.IPv6 || context.Network == "ip6");
        var key = KernelKeys.Conntrack(number) is { } name ? ConntrackKeys.Find(name, direction, isIPv6) : null;
        registers[attributes.UInt32(1)] = new Register(key ?? (NftExpression)new NftExpression.Unknown($"ct key {number}"), null, key?.Type.Bytes ?? 4);
    }

    private void Fib(Attributes attributes)
    {
        var flags = attributes.UInt32(3);
        var lookups = s_lookups.Where((_, bit) => (flags & (1u << bit)) != 0).ToEquatableArray();
        var fib = (flags & Presence, attributes.UInt32(2)) switch
        {
            (Presence, _) => new NftExpression.Fib(lookups, "check", NftTypes.Boolean),
            (_, 1) => new NftExpression.Fib(lookups, "oif", NftTypes.InterfaceIndex),
            (_, 2) => new NftExpression.Fib(lookups, "oifname", NftTypes.InterfaceName),
            _ => new NftExpression.Fib(lookups, "type", NftTypes.AddressType),
        };
        registers[attributes.UInt32(1)] = new Register(fib, null, fib.Result switch { "oifname" => 16, "check" => 1, _ => 4 });
    }

    private void Hash(Attributes attributes)
    {
        var length = (int)attributes.UInt32(3);
        var of = attributes.UInt32(7) == 1 ? null : registers.Take(attributes.UInt32(1), length) ?? new NftExpression.Unknown("hash");
        uint? seed = attributes.Has(5) ? attributes.UInt32(5) : null;
        registers[attributes.UInt32(2)] = new Register(new NftExpression.Hash(of, attributes.UInt32(4), seed, attributes.UInt32(6)), null, 4);
    }

    private void Bitwise(Attributes attributes)
    {
        if (registers[attributes.UInt32(1)] is not { Expression: { } operand } register)
        {
            return;
        }

        var type = ExpressionTypes.Single(operand);
        var operation = attributes.UInt32(6);
        NftExpression result;
        if (operation == 0 && type is not null)
        {
            result = NftNormalForm.Bitwise(operand, Value(attributes.Value(4), type, register), Value(attributes.Value(5), type, register));
        }
        else if (operation is 1 or 2 && attributes.Value(7) is { Length: 4 } bits)
        {
            result = new NftExpression.Shift(operand, operation == 1, System.Runtime.InteropServices.MemoryMarshal.Read<int>(bits));
        }
        else
        {
            result = new NftExpression.Unknown("bitwise");
        }

        registers[attributes.UInt32(2)] = register with { Expression = result };
    }

    private void Route(Attributes attributes)
    {
        var (text, type) = attributes.UInt32(2) switch
        {
            0 => ("rt classid", NftTypes.Find("realm")!),
            1 => ("rt ip nexthop", NftType.IPv4Address),
            2 => ("rt ip6 nexthop", NftType.IPv6Address),
            3 => ("rt mtu", NftTypes.Integer(16, isHostEndian: true)),
            _ => ("rt ipsec", NftTypes.Boolean),
        };
        registers[attributes.UInt32(1)] = new Register(new NftExpression.Opaque(text, type), null, type.Bytes);
    }

    /// <summary>A value in the model's order.</summary>
    internal static NftValue Value(ReadOnlySpan<byte> kernel, NftType type, Register register)
    {
        var bytes = kernel.ToArray();
        if (!register.IsTurned)
        {
            KernelOrder.Turn(bytes, type);
        }

        return NftValue.Of(bytes);
    }
}
