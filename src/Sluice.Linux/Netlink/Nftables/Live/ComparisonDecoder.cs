using System.Runtime.InteropServices;
using Sluice.Netfilter.Nftables;
using Sluice.Netfilter.Nftables.Catalog;
using Sluice.Netfilter.Nftables.Reading;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Rules.Expressions;
using Sluice.Netfilter.Rules.Matches;
using Sluice.Netfilter.Rules.Sets;

namespace Sluice.Linux.Netlink.Nftables.Live;

/// <summary>Reads the kernel's comparisons of registers with values (<c>cmp</c>, <c>range</c>).</summary>
/// <param name="registers">The rule's registers.</param>
/// <param name="expressions">Names bits of headers.</param>
/// <param name="nameOf">The name of an interface's index.</param>
internal sealed class ComparisonDecoder(RegisterFile registers, ExpressionDecoder expressions, Func<uint, string> nameOf)
{
    // The last part when it was "from this value on": a "to" of the same value behind it makes a range of both.
    private (int Index, NftExpression Left, NftValue First)? _from;

    internal void Clear() => _from = null;

    /// <summary>Reads a <c>cmp</c> into the rule's parts; false when what is compared is not known.</summary>
    internal bool TryCompare(Attributes attributes, List<RulePart> parts)
    {
        if (registers[attributes.UInt32(1)] is not { Expression: { } left } register)
        {
            return false;
        }

        var operation = attributes.UInt32(2);
        var data = attributes.Value(3);
        if (operation <= 1 && (TryName(left, data, operation == 1) ?? TryPart(left, data, operation == 1)) is { } match)
        {
            parts.Add(match);
            return true;
        }

        if (ExpressionTypes.Single(left) is not { } type)
        {
            return false;
        }

        // Whether there is a route is a whole register in the kernel, and one bit for nft.
        var value = type == NftTypes.Boolean ? NftValue.Of(data.IndexOfAnyExcept((byte)0) < 0 ? 0u : 1, 1) : ExpressionDecoder.Value(data, type, register);
        if (operation == 3 && _from is { } from && from.Index == parts.Count - 1 && from.Left == left)
        {
            parts[^1] = NftNormalForm.Between(left, from.First, value, isInverted: false);
            _from = null;
            return true;
        }

        _from = operation == 5 ? (parts.Count, left, value) : null;
        parts.Add(Ordered(left, type, operation, value));
        return true;
    }

    /// <summary>Reads a <c>range</c>; false when what is compared is not known.</summary>
    internal bool TryRange(Attributes attributes, List<RulePart> parts)
    {
        if (registers[attributes.UInt32(1)] is not { Expression: { } left } register || ExpressionTypes.Single(left) is not { } type)
        {
            return false;
        }

        var (first, last) = (ExpressionDecoder.Value(attributes.Value(3), type, register), ExpressionDecoder.Value(attributes.Value(4), type, register));
        parts.Add(NftNormalForm.Between(left, first, last, attributes.UInt32(2) == 1));
        return true;
    }

    private static NftMatch Ordered(NftExpression left, NftType type, uint operation, NftValue value)
    {
        var (lowest, highest) = (NftBits.Zero(type), NftBits.Ones(type));
        var bytes = value.Span.ToArray();
        return operation switch
        {
            2 when !NftBits.TryStep(bytes, type, isUp: false) => NftNormalForm.Between(left, lowest, highest, isInverted: true),
            2 => NftNormalForm.Between(left, lowest, NftValue.Of(bytes), isInverted: false),
            3 => NftNormalForm.Between(left, lowest, value, isInverted: false),
            4 when !NftBits.TryStep(bytes, type, isUp: true) => NftNormalForm.Between(left, lowest, highest, isInverted: true),
            4 => NftNormalForm.Between(left, NftValue.Of(bytes), highest, isInverted: false),
            5 => NftNormalForm.Between(left, value, highest, isInverted: false),
            _ => NftNormalForm.Between(left, value, value, operation == 1),
        };
    }

    // Interfaces: of an index the name, and names that begin alike.
    private NftMatch? TryName(NftExpression left, ReadOnlySpan<byte> data, bool isInverted)
    {
        var type = ExpressionTypes.Single(left);
        if (type == NftTypes.InterfaceIndex && data.Length == sizeof(uint))
        {
            if (left is NftExpression.Fib fib && data.IndexOfAnyExcept((byte)0) < 0)
            {
                var missing = NftValue.Of(0, 1);
                return NftNormalForm.Between(fib with { Result = "check", Type = NftTypes.Boolean }, missing, missing, isInverted);
            }

            var name = NftValue.OfText(nameOf(MemoryMarshal.Read<uint>(data)));
            return NftNormalForm.Between(left, name, name, isInverted);
        }

        if (type is null || !NftTypes.IsName(type) || data.Length >= type.Bytes)
        {
            return null;
        }

        Span<byte> first = stackalloc byte[type.Bytes], last = stackalloc byte[type.Bytes];
        first.Clear();
        last.Fill(byte.MaxValue);
        data.CopyTo(first);
        data.CopyTo(last);
        return NftNormalForm.Between(left, NftValue.Of(first), NftValue.Of(last), isInverted);
    }

    // The kernel compares no more of a header than it must: the first bytes of an address for its network, or some bits of a byte.
    private NftMatch? TryPart(NftExpression left, ReadOnlySpan<byte> data, bool isInverted)
    {
        if (left is NftExpression.Payload { Field: { } field } && field.Protocol.StartsWith('@') && data.Length * 8 == field.Type.Bits)
        {
            var whole = expressions.Field(field.Base, field.OffsetBits, 0);
            if (!NftTypes.HasPrefixes(whole.Type) || whole.Type.Bits <= field.Type.Bits)
            {
                return null;
            }

            Span<byte> first = stackalloc byte[whole.Type.Bytes], last = stackalloc byte[whole.Type.Bytes];
            first.Clear();
            last.Fill(byte.MaxValue);
            data.CopyTo(first);
            data.CopyTo(last);
            return NftNormalForm.Between(new NftExpression.Payload(whole), NftValue.Of(first), NftValue.Of(last), isInverted);
        }

        if (left is not NftExpression.Bitwise { Operand: NftExpression.Payload { Field: { } around } } masked || !NftBits.IsZero(masked.Xor) ||
            expressions.FieldIn(around, masked.And.ToNumber(), out var shift) is not { } part)
        {
            return null;
        }

        var value = NftValue.Of(NftValue.Of(data).ToNumber() >> shift, part.Type.Bits);
        return NftNormalForm.Between(new NftExpression.Payload(part), value, value, isInverted);
    }
}
