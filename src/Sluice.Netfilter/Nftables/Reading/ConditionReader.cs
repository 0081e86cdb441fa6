using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Rules.Matches;

namespace Sluice.Netfilter.Nftables.Reading;

/// <summary>Reads counters, and conditions on rates, amounts and numbers of connections, each put into the same words.</summary>
internal sealed class ConditionReader(NftTokens tokens)
{
    private const ulong DefaultBurst = 5;

    private static readonly string[] s_amounts = ["bytes", "kbytes", "mbytes", "gbytes"];

    /// <summary>Reads a limit, quota or number of connections; null when none begins here, and then nothing is taken.</summary>
    public NftCondition? Read() =>
        tokens.TryTake("limit"u8) ? ReadLimit()
        : tokens.TryTake("quota"u8) ? ReadQuota()
        : null;

    /// <summary>Reads what follows <c>counter</c>: <c>packets 3 bytes 180</c>; null when nothing does.</summary>
    public RuleCounters? ReadCounters()
    {
        if (!tokens.TryTake("packets"u8))
        {
            return null;
        }

        var packets = tokens.TakeNumber() ?? 0;
        return new RuleCounters(packets, tokens.TryTake("bytes"u8) ? tokens.TakeNumber() ?? 0 : 0);
    }

    /// <summary>Reads what follows <c>ct count</c>.</summary>
    public NftCondition? ReadConnections()
    {
        var over = tokens.TryTake("over"u8) ? "over " : "";
        return tokens.TakeNumber() is { } count ? new NftCondition($"ct count {over}{count}") : null;
    }

    /// <summary>Writes an amount as nft does: in the largest unit that needs no fraction.</summary>
    public static string Amount(ulong bytes)
    {
        var unit = 0;
        while (unit < s_amounts.Length - 1 && bytes != 0 && bytes % 1024 == 0)
        {
            bytes /= 1024;
            unit++;
        }

        return $"{bytes} {s_amounts[unit]}";
    }

    private NftCondition? ReadLimit()
    {
        if (tokens.TryTake("name"u8))
        {
            return tokens.TakeText() is { } name ? new NftCondition($"limit name \"{name}\"") : null;
        }

        if (!tokens.TryTake("rate"u8))
        {
            return null;
        }

        var over = tokens.TryTake("over"u8) ? "over " : "";
        tokens.TryTake("until"u8);
        if (tokens.TakeNumber() is not { } rate)
        {
            return null;
        }

        // A slash between letters is a part of the word: 10 mbytes/second.
        var isOfBytes = !tokens.TryTake("/"u8);
        if (tokens.TakeText() is not { } unit)
        {
            return null;
        }

        var slash = unit.IndexOf('/');
        var amount = !isOfBytes ? $"{rate}" : slash > 0 ? Scaled(rate, unit[..slash]) : null;
        if (amount is null)
        {
            return null;
        }

        unit = isOfBytes ? unit[(slash + 1)..] : unit;

        var burst = ReadBurst(isOfBytes);
        return burst is null ? null : new NftCondition($"limit rate {over}{amount}/{unit}{burst}");
    }

    private string? ReadBurst(bool isOfBytes)
    {
        if (!tokens.TryTake("burst"u8))
        {
            return "";
        }

        if (tokens.TakeNumber() is not { } burst)
        {
            return null;
        }

        if (isOfBytes)
        {
            var amount = ReadAmount(burst);
            return burst == 0 ? "" : amount is null ? null : $" burst {amount}";
        }

        return !tokens.TryTake("packets"u8) ? null : burst == DefaultBurst ? "" : $" burst {burst} packets";
    }

    private NftCondition? ReadQuota()
    {
        if (tokens.TryTake("name"u8))
        {
            return tokens.TakeText() is { } name ? new NftCondition($"quota name \"{name}\"") : null;
        }

        var over = tokens.TryTake("over"u8) ? "over " : "";
        tokens.TryTake("until"u8);
        if (tokens.TakeNumber() is not { } number || ReadAmount(number) is not { } amount)
        {
            return null;
        }

        if (tokens.TryTake("used"u8) && (tokens.TakeNumber() is not { } used || ReadAmount(used) is null))
        {
            return null;
        }

        return new NftCondition($"quota {over}{amount}");
    }

    private string? ReadAmount(ulong number) => tokens.TakeText() is { } unit ? Scaled(number, unit) : null;

    private static string? Scaled(ulong number, string word)
    {
        var unit = Array.IndexOf(s_amounts, word);
        return unit < 0 || number > ulong.MaxValue >> (10 * unit) ? null : Amount(number << (10 * unit));
    }
}
