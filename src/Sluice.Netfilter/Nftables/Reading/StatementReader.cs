using Sluice.Netfilter.Nftables.Catalog;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Rules.Expressions;
using Sluice.Netfilter.Rules.Matches;
using Sluice.Netfilter.Rules.Sets;
using Sluice.Netfilter.Rules.Statements;

namespace Sluice.Netfilter.Nftables.Reading;

/// <summary>Reads one statement of a rule after the other (nft's src/parser_bison.y, stmt).</summary>
internal sealed class StatementReader(NftTokens tokens, StringCache strings, TableScope scope, StatementParts parts)
{
    /// <summary>Reads a statement into the draft; false when it is not understood, and then the draft may hold a part of it.</summary>
    public bool TryRead(RuleDraft rule)
    {
        if (tokens.Kind != NftTokenKind.Word)
        {
            return TryExpression(rule);
        }

        var word = strings.Get(tokens.Text);
        switch (word)
        {
            case "accept" or "drop" or "return" or "continue" or "jump" or "goto":
                return TryAdd(rule, parts.Verdicts.Read());
            case "counter":
                tokens.Advance();
                return TryCounter(rule);
            case "limit" or "quota":
                return TryAdd(rule, parts.Conditions.Read());
            case "comment":
                tokens.Advance();
                rule.Comment = tokens.TakeText();
                return rule.Comment is not null;
            case "log":
                tokens.Advance();
                return TryAdd(rule, parts.Logs.Read());
            case "reject":
                tokens.Advance();
                return TryAdd(rule, ReadReject());
            case "dnat" or "snat" or "masquerade" or "redirect":
                tokens.Advance();
                return TryAdd(rule, parts.Nat.Read(KindOf(word)));
            case "notrack":
                tokens.Advance();
                return TryAdd(rule, new NoTrack(IsCt: false));
            case "queue":
                tokens.Advance();
                return TryAdd(rule, ReadQueue());
            case "add" or "update" or "delete":
                tokens.Advance();
                return parts.Changes.TryRead(OperationOf(word), rule);
            case "meter":
                tokens.Advance();
                return parts.Changes.TryMeter(rule);
            case "flow" or "dup" or "last" or "reset":
                return TryAdd(rule, new NftObserver(StatementWords.Take(tokens)));
            case "synproxy" or "fwd":
                // They take the packet away, to where the model does not follow.
                tokens.Advance();
                return TryAdd(rule, new Verdict.Unknown(word, StatementWords.Take(tokens)));
            case "tproxy":
                tokens.Advance();
                return TryAdd(rule, ReadTransparentProxy());
            case "ct":
                tokens.Advance();
                return TryConntrack(rule);
            case "xt":
                tokens.Advance();
                return TryCompat(rule);
            default:
                return TryExpression(rule);
        }
    }

    private static bool TryAdd(RuleDraft rule, RulePart? part)
    {
        if (part is not null)
        {
            rule.Add(part);
        }

        return part is not null;
    }

    private static NatKind KindOf(string word) => word switch
    {
        "dnat" => NatKind.Destination,
        "snat" => NatKind.Source,
        "masquerade" => NatKind.Masquerade,
        _ => NatKind.Redirect,
    };

    private static SetOperation OperationOf(string word) => word switch
    {
        "add" => SetOperation.Add,
        "update" => SetOperation.Update,
        _ => SetOperation.Delete,
    };

    private bool TryCounter(RuleDraft rule)
    {
        if (tokens.TryTake("name"u8))
        {
            // A counter of the table, or a map that finds one: its words are kept.
            var name = tokens.Kind == NftTokenKind.Quoted ? tokens.TakeText() : StatementWords.Take(tokens);
            return TryAdd(rule, name is { Length: > 0 } ? new Count(name) : null);
        }

        rule.Counters = parts.Conditions.ReadCounters() ?? rule.Counters;
        rule.Add(new Count(null));
        return true;
    }

    private Verdict.Reject? ReadReject()
    {
        if (!tokens.TryTake("with"u8))
        {
            return new Verdict.Reject(null);
        }

        if (tokens.TryTake("tcp"u8))
        {
            return tokens.TryTake("reset"u8) ? new Verdict.Reject("tcp-reset") : null;
        }

        if (tokens.TakeText() is not { } type)
        {
            return null;
        }

        tokens.TryTake("type"u8);
        return tokens.TakeText() is { } code ? RejectWords.Read(scope.Family, type, code) : null;
    }

    private Verdict.Queue? ReadQueue()
    {
        var (bypass, fanout) = (false, false);
        ushort first = 0, last = 0;
        while (!tokens.IsEnd && !tokens.Is("}"u8))
        {
            tokens.TryTake(","u8);
            tokens.TryTake("flags"u8);
            if (tokens.TryTake("bypass"u8))
            {
                bypass = true;
            }
            else if (tokens.TryTake("fanout"u8))
            {
                fanout = true;
            }
            else if (tokens.TryTake("num"u8) || tokens.TryTake("to"u8))
            {
                if (parts.Values.ReadRange(NftTypes.Integer(16)) is not { } range)
                {
                    return null;
                }

                (first, last) = ((ushort)range.First.ToNumber(), (ushort)range.Last.ToNumber());
            }
            else
            {
                break;
            }
        }

        return new Verdict.Queue(first, last, bypass, fanout);
    }

    // It asks whether a program listens, and ends the rule when none does.
    private NftCondition? ReadTransparentProxy()
    {
        var family = tokens.TryTake("ip6"u8) ? " ip6" : tokens.TryTake("ip"u8) ? " ip" : "";
        tokens.TryTake("to"u8);
        var isBracketed = tokens.TryTake("["u8);
        var address = tokens.Is(":"u8) ? "" : tokens.TakeText();
        if (isBracketed && !tokens.TryTake("]"u8))
        {
            return null;
        }

        var port = tokens.TryTake(":"u8) ? parts.Values.Read(NftType.InetService)?.ToNumber() : null;
        var bare = isBracketed ? $"[{address}]" : address;
        return address is null || (address.Length == 0 && port is null) ? null
            : new NftCondition($"tproxy{family} to {bare}{(port is { } number ? $":{number}" : "")}");
    }

    private bool TryConntrack(RuleDraft rule)
    {
        if (tokens.TryTake("count"u8))
        {
            return TryAdd(rule, parts.Conditions.ReadConnections());
        }

        if (tokens.Is("timeout"u8) || tokens.Is("expectation"u8) || tokens.Is("helper"u8))
        {
            var kind = strings.Get(tokens.Text);
            tokens.Advance();
            if (tokens.Is("set"u8))
            {
                return TryAdd(rule, new NftObserver($"ct {kind} {StatementWords.Take(tokens)}"));
            }

            return kind == "helper" && TryCompare(rule, ConntrackKeys.Find(kind, null, isV6: false)!);
        }

        return parts.Expressions.ReadAfterConntrack() is { } left && TryCompare(rule, left);
    }

    // Matches and targets of iptables that nft has no words for: it prints their names and no more.
    private bool TryCompat(RuleDraft rule)
    {
        var isTarget = tokens.TryTake("target"u8);
        if (!isTarget && !tokens.TryTake("match"u8) && !tokens.TryTake("watcher"u8))
        {
            return false;
        }

        if (tokens.TakeText() is not { } name)
        {
            return false;
        }

        rule.Add(isTarget ? new Verdict.Unknown("xt", $"target \"{name}\"") : name == "comment" ? new CommentMatch() : new UnknownMatch($"xt match \"{name}\""));
        return true;
    }

    private bool TryExpression(RuleDraft rule) => parts.Expressions.Read() is { } left && TryCompare(rule, left);

    private bool TryCompare(RuleDraft rule, NftExpression left)
    {
        if (tokens.TryTake("set"u8))
        {
            return ReadGiven(left) is { } value && TryAdd(rule, new SetValue(left, value));
        }

        if (tokens.TryTake("vmap"u8))
        {
            return parts.Sets.Read(ExpressionTypes.Of(left), new NftKeyType([NftType.Verdict])) is { } map &&
                TryAdd(rule, new Verdict.Lookup(left, map));
        }

        return TryAdd(rule, parts.Comparisons.Read(left));
    }

    private NftExpression? ReadGiven(NftExpression target)
    {
        if (ExpressionTypes.Single(target) is not { } type)
        {
            return null;
        }

        if (NftTypes.IsBitmask(type) && parts.Values.ReadFlags(type) is { } flags)
        {
            return new NftExpression.Constant(flags, type);
        }

        return parts.Givens.Read(type);
    }
}
