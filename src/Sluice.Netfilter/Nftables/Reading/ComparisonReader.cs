using Sluice.Netfilter.Nftables.Catalog;
using Sluice.Netfilter.Rules.Expressions;
using Sluice.Netfilter.Rules.Matches;
using Sluice.Netfilter.Rules.Sets;

namespace Sluice.Netfilter.Nftables.Reading;

/// <summary>Reads what a value is compared with, the operator before it included.</summary>
internal sealed class ComparisonReader(
    NftTokens tokens, ValueReader values, ExpressionReader expressions, SetReferenceReader sets, StringCache strings)
{
    private enum Operation
    {
        Implicit,
        Equal,
        NotEqual,
        NoBit,
        Less,
        LessOrEqual,
        Greater,
        GreaterOrEqual,
    }

    /// <summary>Reads the rest of a comparison; null when it is not understood.</summary>
    public NftMatch? Read(NftExpression left)
    {
        var operation = ReadOperation();
        if (sets.IsNext && (tokens.Kind != NftTokenKind.Reference || !IsRaw(tokens.Text)))
        {
            return sets.Read(ExpressionTypes.Of(left), data: null) is { } set ? new NftMatch(left, new NftOperand.InSet(set), operation == Operation.NotEqual) : null;
        }

        if (left is NftExpression.Fib { Result: "oif" or "oifname" } fib && ReadPresence() is { } presence)
        {
            left = fib with { Result = "check", Type = NftTypes.Boolean };
            var value = NftValue.Of(presence ? 1u : 0, 1);
            return NftNormalForm.Between(left, value, value, operation == Operation.NotEqual);
        }

        var type = ExpressionTypes.Of(left);
        if (type is { Parts: [var single] })
        {
            return NftTypes.IsBitmask(single) ? ReadFlags(left, single, operation) : ReadValue(left, single, operation);
        }

        return type is not null && ReadConcatenation(type) is { } whole
            ? new NftMatch(left, new NftOperand.Values(whole, whole), operation == Operation.NotEqual)
            : ReadOther(left, operation);
    }

    private static bool IsRaw(ReadOnlySpan<byte> name) => name.SequenceEqual("nh"u8) || name.SequenceEqual("th"u8) || name.SequenceEqual("ll"u8) || name.SequenceEqual("ih"u8);

    private Operation ReadOperation() =>
        tokens.TryTake("=="u8) || tokens.TryTake("eq"u8) ? Operation.Equal
        : tokens.TryTake("!="u8) || tokens.TryTake("ne"u8) ? Operation.NotEqual
        : tokens.TryTake("!"u8) ? Operation.NoBit
        : tokens.TryTake("<"u8) || tokens.TryTake("lt"u8) ? Operation.Less
        : tokens.TryTake("<="u8) || tokens.TryTake("le"u8) ? Operation.LessOrEqual
        : tokens.TryTake(">"u8) || tokens.TryTake("gt"u8) ? Operation.Greater
        : tokens.TryTake(">="u8) || tokens.TryTake("ge"u8) ? Operation.GreaterOrEqual
        : Operation.Implicit;

    // "oif 0" and "oif missing" are the same in the kernel: no route, no interface.
    private bool? ReadPresence() =>
        tokens.TryTake("exists"u8) || tokens.TryTake("true"u8) ? true
        : tokens.TryTake("missing"u8) || tokens.TryTake("false"u8) || tokens.TryTakeText("0"u8) ? false
        : null;

    private NftMatch? ReadFlags(NftExpression left, NftType type, Operation operation)
    {
        if (values.ReadFlags(type) is not { } flags)
        {
            return ReadOther(left, operation);
        }

        if (tokens.TryTake("/"u8))
        {
            return values.ReadFlags(type) is { } mask
                ? NftNormalForm.Between(NftNormalForm.Bitwise(left, mask, NftBits.Zero(type)), flags, flags, operation == Operation.NotEqual)
                : null;
        }

        return operation switch
        {
            Operation.Implicit when left is not NftExpression.Bitwise => NftNormalForm.AnyBit(left, flags, isInverted: false),
            Operation.NoBit => NftNormalForm.AnyBit(left, flags, isInverted: true),
            _ => Ordered(left, type, operation, flags, flags),
        };
    }

    private NftMatch? ReadValue(NftExpression left, NftType type, Operation operation)
    {
        Span<byte> first = stackalloc byte[type.Bytes], last = stackalloc byte[type.Bytes];
        if (!values.TryRead(type, first, last))
        {
            return ReadOther(left, operation);
        }

        return operation == Operation.NoBit ? null : Ordered(left, type, operation, NftValue.Of(first), NftValue.Of(last));
    }

    private static NftMatch Ordered(NftExpression left, NftType type, Operation operation, NftValue first, NftValue last)
    {
        // Below the lowest and above the highest is nothing: outside of everything.
        var (lowest, highest) = (NftBits.Zero(type), NftBits.Ones(type));
        var nothing = NftNormalForm.Between(left, lowest, highest, isInverted: true);
        return operation switch
        {
            Operation.Less => Step(first, type, isUp: false) is { } below ? NftNormalForm.Between(left, lowest, below, isInverted: false) : nothing,
            Operation.LessOrEqual => NftNormalForm.Between(left, lowest, last, isInverted: false),
            Operation.Greater => Step(last, type, isUp: true) is { } above ? NftNormalForm.Between(left, above, highest, isInverted: false) : nothing,
            Operation.GreaterOrEqual => NftNormalForm.Between(left, first, highest, isInverted: false),
            _ => NftNormalForm.Between(left, first, last, operation == Operation.NotEqual),
        };
    }

    private static NftValue? Step(NftValue value, NftType type, bool isUp)
    {
        var bytes = value.Span.ToArray();
        return NftBits.TryStep(bytes, type, isUp) ? NftValue.Of(bytes) : null;
    }

    private NftValue? ReadConcatenation(NftKeyType type)
    {
        var parts = new NftValue[type.Parts.Count];
        for (var i = 0; i < parts.Length; i++)
        {
            if ((i > 0 && !tokens.TryTake("."u8)) || values.Read(type.Parts[i]) is not { } value)
            {
                return null;
            }

            parts[i] = value;
        }

        return NftValue.Concat(parts);
    }

    // Another value of the packet, or a name that only the node knows: kept as it is.
    private NftMatch? ReadOther(NftExpression left, Operation operation)
    {
        if (operation is not (Operation.Implicit or Operation.Equal or Operation.NotEqual))
        {
            return null;
        }

        var isQuoted = tokens.Kind == NftTokenKind.Quoted;
        NftExpression? other = operation == Operation.Implicit || isQuoted ? null : expressions.Read();
        if (other is null && tokens.Kind is NftTokenKind.Word or NftTokenKind.Quoted or NftTokenKind.Variable or NftTokenKind.Foreign)
        {
            other = new NftExpression.Unknown(isQuoted ? $"\"{strings.Get(tokens.Text)}\"" : strings.Get(tokens.Text));
            tokens.Advance();
        }

        return other is null ? null : new NftMatch(left, new NftOperand.Expression(other), operation == Operation.NotEqual);
    }
}
