using Sluice.Net;
using Sluice.Netfilter.Nftables.Catalog;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Rules.Expressions;

namespace Sluice.Netfilter.Nftables.Reading;

/// <summary>Reads what a rule takes from the packet, its connection or the node. Null stands for what is not understood.</summary>
internal sealed class ExpressionReader(NftTokens tokens, ValueReader values, StringCache strings, TableScope scope)
{
    // Brackets and keys of maps can stand in each other without end; no ruleset does it.
    private const int Deepest = 16;

    private readonly PayloadReader _payloads = new(tokens, strings);
    private int _depth;

    /// <summary>Reads an expression with its bit operations and concatenated parts.</summary>
    public NftExpression? Read()
    {
        return _depth < Deepest && ReadPart() is { } first ? ReadConcatenation(first) : null;
    }

    private NftExpression? ReadConcatenation(NftExpression first)
    {
        if (!tokens.Is("."u8))
        {
            return first;
        }

        var parts = new List<NftExpression> { first };
        while (tokens.TryTake("."u8))
        {
            if (ReadPart() is not { } part)
            {
                return null;
            }

            parts.Add(part);
        }

        return new NftExpression.Concatenation(parts.ToEquatableArray());
    }

    // Null when an operation is not with a constant.
    private NftExpression? ReadOperations(NftExpression expression)
    {
        while (Operator() is { } operation)
        {
            if (ExpressionTypes.Single(expression) is not { } type)
            {
                return null;
            }

            tokens.Advance();
            if (operation is '<' or '>')
            {
                if (tokens.TakeNumber() is not { } bits || bits > (ulong)type.Bits)
                {
                    return null;
                }

                expression = new NftExpression.Shift(expression, operation == '<', (int)bits);
                continue;
            }

            if (values.ReadOperand(type) is not { } value)
            {
                return null;
            }

            expression = operation switch
            {
                '&' => NftNormalForm.Bitwise(expression, value, NftBits.Zero(type)),
                '|' => NftNormalForm.Bitwise(expression, NftBits.Not(value, type), value),
                _ => NftNormalForm.Bitwise(expression, NftBits.Ones(type), value),
            };
        }

        return expression;
    }

    /// <summary>Reads the rest of an expression whose first word was <c>ct</c>.</summary>
    public NftExpression? ReadAfterConntrack() => ReadConntrack() is { } first && ReadOperations(first) is { } part ? ReadConcatenation(part) : null;

    private NftExpression? ReadPart()
    {
        if (tokens.TryTake("("u8))
        {
            _depth++;
            var inner = Read();
            _depth--;
            return inner is not null && tokens.TryTake(")"u8) ? ReadOperations(inner) : null;
        }

        return ReadPrimary() is { } primary ? ReadOperations(primary) : null;
    }

    private char? Operator() =>
        tokens.Is("&"u8) || tokens.Is("and"u8) ? '&'
        : tokens.Is("|"u8) || tokens.Is("or"u8) ? '|'
        : tokens.Is("^"u8) || tokens.Is("xor"u8) ? '^'
        : tokens.Is("<<"u8) || tokens.Is("lshift"u8) ? '<'
        : tokens.Is(">>"u8) || tokens.Is("rshift"u8) ? '>'
        : null;

    private NftExpression? ReadPrimary()
    {
        if (tokens.Kind == NftTokenKind.Foreign)
        {
            var unknown = new NftExpression.Unknown(strings.Get(tokens.Text));
            tokens.Advance();
            return unknown;
        }

        if (tokens.Kind == NftTokenKind.Reference)
        {
            return _payloads.ReadRaw();
        }

        if (tokens.Kind != NftTokenKind.Word)
        {
            return null;
        }

        var word = strings.Get(tokens.Text);
        if (MetaKeys.StandsAlone(word))
        {
            tokens.Advance();
            return MetaKeys.Find(word);
        }

        switch (word)
        {
            case "meta":
                tokens.Advance();
                return tokens.TakeText() is { } key ? MetaKeys.Find(key) : null;
            case "ct":
                tokens.Advance();
                return ReadConntrack();
            case "fib":
                tokens.Advance();
                return ReadFib();
            case "numgen":
                tokens.Advance();
                return ReadNumberGenerator();
            case "jhash" or "symhash":
                tokens.Advance();
                return ReadHash(word == "symhash");
            case "socket" or "osf" or "ipsec" or "tunnel":
                tokens.Advance();
                return OpaqueReader.Read(tokens, word);
            default:
                return _payloads.Read(word);
        }
    }

    private NftExpression.Conntrack? ReadConntrack()
    {
        NftDirection? direction = tokens.TryTake("original"u8) ? NftDirection.Original : tokens.TryTake("reply"u8) ? NftDirection.Reply : null;
        var isV6 = tokens.TryTake("ip6"u8) || (!tokens.TryTake("ip"u8) && scope.Family == TableFamily.IPv6);
        return tokens.TakeText() is { } key ? ConntrackKeys.Find(key, direction, isV6) : null;
    }

    private NftExpression.Fib? ReadFib()
    {
        var lookup = new List<string>();
        do
        {
            if (tokens.TakeText() is { } word && word is "saddr" or "daddr" or "mark" or "iif" or "oif")
            {
                lookup.Add(word);
            }
            else
            {
                return null;
            }
        }
        while (tokens.TryTake("."u8));

        return tokens.TakeText() switch
        {
            "type" => new NftExpression.Fib(lookup.ToEquatableArray(), "type", NftTypes.AddressType),
            "oif" => new NftExpression.Fib(lookup.ToEquatableArray(), "oif", NftTypes.InterfaceIndex),
            "oifname" => new NftExpression.Fib(lookup.ToEquatableArray(), "oifname", NftTypes.InterfaceName),
            "check" => new NftExpression.Fib(lookup.ToEquatableArray(), "check", NftTypes.Boolean),
            _ => null,
        };
    }

    private NftExpression.NumberGenerator? ReadNumberGenerator()
    {
        var isRandom = tokens.TryTake("random"u8);
        if ((!isRandom && !tokens.TryTake("inc"u8)) || ReadModulus() is not { } modulus)
        {
            return null;
        }

        return ReadNumber("offset"u8, 0) is { } offset ? new NftExpression.NumberGenerator(isRandom, modulus, offset) : null;
    }

    private NftExpression.Hash? ReadHash(bool isSymmetric)
    {
        NftExpression? of = null;
        if (!isSymmetric)
        {
            _depth++;
            of = Read();
            _depth--;
            if (of is null)
            {
                return null;
            }
        }

        if (ReadModulus() is not { } modulus)
        {
            return null;
        }

        uint? seed = tokens.Is("seed"u8) ? ReadNumber("seed"u8, 0) : null;
        return ReadNumber("offset"u8, 0) is { } offset ? new NftExpression.Hash(of, modulus, seed, offset) : null;
    }

    private uint? ReadModulus() => tokens.Is("mod"u8) && ReadNumber("mod"u8, 0) is > 0 and var modulus ? modulus : null;

    private uint? ReadNumber(ReadOnlySpan<byte> word, uint without) =>
        !tokens.TryTake(word) ? without : tokens.TakeNumber() is <= uint.MaxValue and var number ? (uint)number : null;
}
