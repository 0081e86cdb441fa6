using System.Diagnostics;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Rules.Expressions;
using Sluice.Netfilter.Rules.Sets;

namespace Sluice.Linux.Netlink.Nftables;

/// <summary>
/// Loads the values of a rule's expressions into registers: a concatenation into registers that follow each other, so that they are
/// together the key of a set. A field of a protocol first asks whether the packet is of it.
/// </summary>
/// <param name="to">Where the expressions go.</param>
/// <param name="questions">Asks for the protocols that fields imply.</param>
/// <param name="writeSet">Writes a set without a name before the rule, and returns its number.</param>
internal sealed class RegisterLoader(ExpressionWriter to, ProtocolQuestions questions, Func<NftSet, uint> writeSet)
{
    /// <summary>The register that everything begins in.</summary>
    internal const uint First = Nft.NFT_REG32_00;

    private static readonly string[] s_fibLookups = ["saddr", "daddr", "mark", "iif", "oif"];

    private ValueTypes _types = new(static _ => null);

    /// <summary>The family of the rule's table.</summary>
    internal TableFamily Family { get; private set; }

    /// <summary>Begins a rule: nothing is known of its packets.</summary>
    internal void BeginRule(TableFamily family, IReadOnlyList<NftSet> sets)
    {
        Family = family;
        _types = new ValueTypes(name => sets.FirstOrDefault(s => s.Name == name));
        questions.BeginRule(family);
    }

    /// <summary>From here on all packets have this protocol above IP.</summary>
    internal void Knows(byte transport) => questions.Knows(transport);

    /// <summary>What type an expression yields.</summary>
    internal NftKeyType TypeOf(NftExpression expression) => _types.Of(expression);

    /// <summary>A value in the order the kernel compares it in.</summary>
    internal byte[] InKernelOrder(NftValue value, NftKeyType type)
    {
        var bytes = value.Span.ToArray();
        KernelOrder.Turn(bytes, type);
        return bytes;
    }

    /// <summary>Loads a value into the first registers; the number of the register behind it.</summary>
    internal uint Load(NftExpression expression)
    {
        questions.Ask(expression);
        return Load(expression, First);
    }

    /// <summary>Loads a value into the first registers and another behind it; the number of the other's first.</summary>
    internal uint Load(NftExpression expression, NftExpression next)
    {
        questions.Ask(expression);
        questions.Ask(next);
        var register = Load(expression, First);
        Load(next, register);
        return register;
    }

    /// <summary>Looks a key up.</summary>
    /// <param name="key">The key.</param>
    /// <param name="reference">The set or map.</param>
    /// <param name="result">Where what it stands for goes; null for a set.</param>
    /// <param name="inverted">Whether the rule goes on when the key is not in it.</param>
    internal void LookUp(NftExpression key, NftSetReference reference, uint? result, bool inverted)
    {
        questions.Ask(key);
        LookUp(key, reference, First, result, inverted);
    }

    /// <summary>Whether a field is not made of whole bytes.</summary>
    internal static bool IsPartial(PayloadField field) => field.OffsetBits % 8 != 0 || field.Type.Bits % 8 != 0;

    /// <summary>Compares bits that are not whole bytes: the bytes around them are loaded and all other bits cleared.</summary>
    internal void CompareBits(PayloadField field, NftValue value, bool inverted)
    {
        questions.Ask(new NftExpression.Payload(field));
        var first = field.OffsetBits / 8;
        var length = ((field.OffsetBits + field.Type.Bits + 7) / 8) - first;
        if (length > sizeof(ulong) || field.Type.Bits > 56)
        {
            throw new NftNotSupportedException($"the field {field}");
        }

        var shift = ((first + length) * 8) - field.OffsetBits - field.Type.Bits;
        var mask = ((1UL << field.Type.Bits) - 1) << shift;
        to.Payload(First, PlaceOf(field), first, length);
        to.Bitwise(First, NftValue.Of(mask, length * 8).Span, new byte[length]);
        to.Compare(First, inverted, NftValue.Of(value.ToNumber() << shift, length * 8).Span);
    }

    /// <summary>The kernel's number of a direction.</summary>
    internal static byte? NumberOf(NftDirection? direction) => direction switch
    {
        NftDirection.Original => 0,
        NftDirection.Reply => 1,
        _ => null,
    };

    private void LookUp(NftExpression key, NftSetReference reference, uint register, uint? result, bool inverted)
    {
        var set = _types.Set(reference);
        Load(key, register);
        var isHost = TypeOf(key).Parts.Any(p => p.IsHostEndian);
        if (isHost && SetWriter.HasEndElements(set))
        {
            to.ToNetworkOrder(register, set.Key.Bytes);
        }
        else if (isHost && SetWriter.HasRanges(set))
        {
            throw new NftNotSupportedException($"a range of {set.Key}");
        }

        var id = reference is NftSetReference.Anonymous ? writeSet(set) : (uint?)null;
        to.Lookup(register, result, SetWriter.KernelName(set, id), id, inverted);
    }

    private uint Load(NftExpression expression, uint register)
    {
        var end = register + (uint)(NftValue.Padded(TypeOf(expression).Bytes) / 4);
        if (end > Nft.NFT_REG32_15 + 1)
        {
            throw new NftNotSupportedException("a value of more than 64 bytes");
        }

        switch (expression)
        {
            case NftExpression.Constant e:
                to.Immediate(register, InKernelOrder(e.Value, TypeOf(e)));
                break;
            case NftExpression.Payload { Field: { } field } when !IsPartial(field):
                to.Payload(register, PlaceOf(field), field.OffsetBits / 8, field.Type.Bytes);
                break;
            case NftExpression.Meta { Type.KernelId: not 20 } e when KernelKeys.Meta(e.Key) is { } key:
                to.Meta(register, key);
                break;
            case NftExpression.Conntrack e when KernelKeys.Conntrack(e.Key, e.Type.Bits) is { } key:
                to.Conntrack(register, key, NumberOf(e.Direction));
                break;
            case NftExpression.Fib e:
                Load(e, register);
                break;
            case NftExpression.NumberGenerator e:
                to.NumberGenerator(register, e.IsRandom, e.Modulus, e.Offset);
                break;
            case NftExpression.Hash e:
                Load(e, register);
                break;
            case NftExpression.Concatenation e:
                foreach (var part in e.Parts)
                {
                    register = Load(part, register);
                }

                break;
            case NftExpression.Bitwise e:
                Load(e.Operand, register);
                to.Bitwise(register, InKernelOrder(e.And, TypeOf(e)), InKernelOrder(e.Xor, TypeOf(e)));
                break;
            case NftExpression.Shift e when TypeOf(e) is { Parts: [{ IsHostEndian: true }] } type:
                Load(e.Operand, register);
                to.Shift(register, type.Bytes, e.IsLeft, e.Bits);
                break;
            case NftExpression.MapLookup e:
                LookUp(e.Key, e.Set, register, register, inverted: false);
                break;
            default:
                throw new NftNotSupportedException($"the expression {expression}");
        }

        return end;
    }

    private void Load(NftExpression.Fib fib, uint register)
    {
        uint flags = 0;
        foreach (var lookup in fib.Lookup)
        {
            flags |= Array.IndexOf(s_fibLookups, lookup) is >= 0 and var bit ? 1u << bit : throw new NftNotSupportedException($"fib {lookup}");
        }

        var result = fib.Result switch
        {
            "oif" or "check" => 1u,
            "oifname" => 2u,
            "type" => 3u,
            _ => throw new NftNotSupportedException($"fib ... {fib.Result}"),
        };
        to.Fib(register, flags, result, isPresence: fib.Result == "check");
    }

    private void Load(NftExpression.Hash hash, uint register)
    {
        if (hash.Of is { } value)
        {
            Load(value, register);
        }

        to.Hash(register, hash.Of is { } key ? TypeOf(key).Bytes : 0, hash.Modulus, hash.Seed, hash.Offset);
    }

    private static uint PlaceOf(PayloadField field) => field.Base switch
    {
        PayloadBase.Link => 0,
        PayloadBase.Network => 1,
        PayloadBase.Transport => 2,
        PayloadBase.Inner => 3,
        _ => throw new UnreachableException(),
    };
}
