using Sluice.Netfilter.Nftables;
using Sluice.Netfilter.Nftables.Reading;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Rules.Expressions;
using Sluice.Netfilter.Rules.Matches;
using Sluice.Netfilter.Rules.Sets;
using Sluice.Netfilter.Rules.Statements;

namespace Sluice.Linux.Netlink.Nftables.Live;

/// <summary>Reads the kernel's expressions that are statements. Attributes are the kernel's, by number (linux/netfilter/nf_tables.h).</summary>
/// <param name="registers">The rule's registers.</param>
/// <param name="context">What the rule asked before.</param>
/// <param name="expressions">Names bits of headers.</param>
internal sealed class StatementDecoder(RegisterFile registers, ProtocolContext context, ExpressionDecoder expressions)
{
    private readonly NatDecoder _nat = new(registers);

    /// <summary>Reads a statement into the rule's parts; false when it is not known.</summary>
    internal bool TryRead(string name, Attributes data, TableFamily family, SetTable sets, List<RulePart> parts)
    {
        var part = name switch
        {
            "immediate" => VerdictOf(data.Nested(2).Bytes(Nft.NFTA_DATA_VERDICT)),
            "nat" or "masq" or "redir" => _nat.Read(name, data),
            "reject" => Reject(data, family, parts),
            "meta" => SetMeta(data),
            "ct" => SetConntrack(data, family),
            "payload" => SetPayload(data),
            "notrack" => new NoTrack(IsCt: false),
            "log" => LogOf(data),
            "queue" when !data.Has(4) => QueueOf(data),
            "objref" => ObjectOf(data),
            "limit" or "quota" or "connlimit" => ConditionOf(name, data),
            "flow_offload" => new NftObserver($"flow add @{data.Text(1)}"),
            "last" => new NftObserver("last"),
            "match" => data.Text(1) == "comment" ? new CommentMatch() : new UnknownMatch($"xt match \"{data.Text(1)}\""),
            "target" => new Verdict.Unknown("xt", $"target \"{data.Text(1)}\""),
            _ => (RulePart?)null,
        };
        if (part is not null)
        {
            parts.Add(part);
            return true;
        }

        return name == "dynset" && TryChangeSet(data, sets, parts);
    }

    /// <summary>A verdict that is a value; null for one that is none.</summary>
    internal static Verdict? VerdictOf(ReadOnlySpan<byte> attributes)
    {
        var kind = VerdictReader.Read(attributes, out var chain);
        return VerdictOf(kind, System.Text.Encoding.UTF8.GetString(chain));
    }

    /// <summary>A verdict of a kind; null for one that is not known.</summary>
    internal static Verdict? VerdictOf(NftVerdict kind, string chain) => kind switch
    {
        NftVerdict.Accept => Verdict.Accept.Instance,
        NftVerdict.Drop => Verdict.Drop.Instance,
        NftVerdict.Continue => Verdict.Continue.Instance,
        NftVerdict.Return => Verdict.Return.Instance,
        NftVerdict.Jump => new Verdict.Jump(chain),
        NftVerdict.Goto => new Verdict.Goto(chain),
        _ => null,
    };

    /// <summary>A condition on rates, amounts or numbers of connections; null for other expressions.</summary>
    internal static NftCondition? ConditionOf(string name, Attributes data) => name switch
    {
        "limit" => Limit(data),
        "quota" => new NftCondition($"quota {Over(data.UInt32(2))}{ConditionReader.Amount(data.UInt64(1))}"),
        "connlimit" => new NftCondition($"ct count {Over(data.UInt32(2))}{data.UInt32(1)}"),
        _ => null,
    };

    private static string Over(uint flags) => (flags & 1) != 0 ? "over " : "";

    private Verdict.Reject? Reject(Attributes data, TableFamily family, List<RulePart> parts)
    {
        var type = data.UInt32(1);
        if (type == 1)
        {
            context.Imply(parts, PayloadBase.Transport);
            return new Verdict.Reject("tcp-reset");
        }

        if (type == 0 && family is not (TableFamily.IPv4 or TableFamily.IPv6))
        {
            context.Imply(parts, PayloadBase.Network);
        }

        var isIPv6 = family == TableFamily.IPv6 || context.Network == "ip6";
        return VerdictCompiler.WordOf(type == 2, isIPv6, data.Byte(2)) is { } word
            ? new Verdict.Reject(word == RejectWords.Default(family) ? null : word)
            : null;
    }

    private SetValue? SetMeta(Attributes data) =>
        KernelKeys.Meta(data.UInt32(2)) is { } name && Netfilter.Nftables.Catalog.MetaKeys.Find(name) is { } key &&
        Given(data.UInt32(3), key.Type) is { } value ? new SetValue(key, value) : null;

    private SetValue? SetConntrack(Attributes data, TableFamily family)
    {
        NftDirection? direction = data.Has(3) ? data.Byte(3) == 0 ? NftDirection.Original : NftDirection.Reply : null;
        return KernelKeys.Conntrack(data.UInt32(2)) is { } name &&
            Netfilter.Nftables.Catalog.ConntrackKeys.Find(name, direction, family == TableFamily.IPv6) is { } key &&
            Given(data.UInt32(4), key.Type) is { } value ? new SetValue(key, value) : null;
    }

    private SetValue? SetPayload(Attributes data)
    {
        var field = expressions.Field((PayloadBase)data.UInt32(2), (int)data.UInt32(3) * 8, (int)data.UInt32(4) * 8);
        if (Given(data.UInt32(5), field.Type) is not { } value)
        {
            return null;
        }

        // The bytes around some bits are written back with only those changed.
        var target = new NftExpression.Payload(field);
        if (value is NftExpression.Bitwise kept && kept.Operand == target &&
            expressions.FieldIn(field, ~kept.And.ToNumber() & (ulong.MaxValue >> (64 - field.Type.Bits)), out var shift) is { } part)
        {
            return new SetValue(new NftExpression.Payload(part), new NftExpression.Constant(NftValue.Of(kept.Xor.ToNumber() >> shift, part.Type.Bits), part.Type));
        }

        return new SetValue(target, value);
    }

    private NftExpression? Given(uint number, NftType type)
    {
        if (registers[number] is not { } register)
        {
            return null;
        }

        return register.Constant is { } bytes ? new NftExpression.Constant(ExpressionDecoder.Value(bytes, type, register), type) : register.Expression;
    }

    private static Statement LogOf(Attributes data)
    {
        const uint Audit = 8;
        const uint Default = 4;
        string? prefix = data.Has(2) ? data.Text(2) : null;
        if (data.Has(1))
        {
            return new NetfilterLog
            {
                Group = data.UInt16(1),
                Prefix = prefix,
                Size = data.UInt32(3) is > 0 and var size ? size : null,
                Threshold = data.UInt16(4),
            };
        }

        var (level, flags) = (data.UInt32(5), data.UInt32(6));
        return level == Audit ? new NftObserver("log level audit")
            : LogFlags.Apply(flags, new Log { Prefix = prefix, Level = level == Default ? null : (byte)level });
    }

    private static Verdict.Queue QueueOf(Attributes data)
    {
        var (first, flags) = (data.UInt16(1), data.UInt16(3));
        return new Verdict.Queue(first, (ushort)(first + Math.Max(data.UInt16(2), (ushort)1) - 1), (flags & 1) != 0, (flags & 2) != 0);
    }

    private static NftObserver ObserverOf(string kind, string name) => new NftObserver($"ct {kind} set \"{name}\"");

    private static RulePart? ObjectOf(Attributes data) => (data.UInt32(1), data.Text(2)) switch
    {
        (_, "") => null,
        (1, var name) => new Count(name),
        (2, var name) => new NftCondition($"quota name \"{name}\""),
        (3, var name) => ObserverOf("helper", name),
        (4, var name) => new NftCondition($"limit name \"{name}\""),
        (7, var name) => ObserverOf("timeout", name),
        (9, var name) => ObserverOf("expectation", name),
        _ => null,
    };

    private static NftCondition Limit(Attributes data)
    {
        var (rate, burst, isOfBytes) = (data.UInt64(1), data.UInt32(3), data.UInt32(4) == 1);
        var unit = data.UInt64(2) switch
        {
            1 => "second",
            60 => "minute",
            3600 => "hour",
            86400 => "day",
            _ => "week",
        };
        var amount = isOfBytes ? ConditionReader.Amount(rate) : $"{rate}";
        var behind = isOfBytes ? burst == 0 ? "" : $" burst {ConditionReader.Amount(burst)}" : burst == 5 ? "" : $" burst {burst} packets";
        return new NftCondition($"limit rate {Over(data.UInt32(5))}{amount}/{unit}{behind}");
    }

    private bool TryChangeSet(Attributes data, SetTable sets, List<RulePart> parts)
    {
        var name = data.Text(1);
        if (sets.Find(name) is not { } set || registers.Take(data.UInt32(4), set.Key.Bytes) is not { } key)
        {
            return false;
        }

        NftExpression? value = null;
        if (data.Has(5) && set.Data is { } type)
        {
            value = type.Parts is [var single] ? Given(data.UInt32(5), single) : registers.Take(data.UInt32(5), type.Bytes);
            if (value is null)
            {
                return false;
            }
        }

        var operation = data.UInt32(3) switch { 0 => SetOperation.Add, 1 => SetOperation.Update, _ => SetOperation.Delete };
        TimeSpan? timeout = data.UInt64(6) is > 0 and var time ? TimeSpan.FromMilliseconds(time) : null;
        var change = new ChangeSet(operation, name, key, value, timeout);
        var conditions = new List<RulePart>();
        Extra(data.Bytes(7), ref change, conditions);
        var list = new NetlinkReader(data.Bytes(10));
        while (list.Next())
        {
            Extra(list.Value, ref change, conditions);
        }

        parts.Add(change);
        parts.AddRange(conditions);
        return true;
    }

    // What an element counts or limits.
    private static void Extra(ReadOnlySpan<byte> expression, ref ChangeSet change, List<RulePart> conditions)
    {
        var attributes = new Attributes(expression);
        var data = attributes.Nested(Nft.NFTA_EXPR_DATA);
        switch (attributes.Text(Nft.NFTA_EXPR_NAME))
        {
            case "counter":
                change = change with { HasCounter = true };
                break;
            case { } name when ConditionOf(name, data) is { } condition:
                conditions.Add(condition with { IsOfElement = true });
                break;
        }
    }
}
