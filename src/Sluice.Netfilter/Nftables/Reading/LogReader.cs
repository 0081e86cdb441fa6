using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Rules.Statements;

namespace Sluice.Netfilter.Nftables.Reading;

/// <summary>Reads <c>log</c>: to the kernel's log, or with <c>group</c> to programs.</summary>
internal sealed class LogReader(NftTokens tokens)
{
    private const byte DefaultLevel = 4;

    private static readonly string[] s_levels = ["emerg", "alert", "crit", "err", "warn", "notice", "info", "debug"];

    /// <summary>The name of a level, 0 to 7.</summary>
    public static string LevelName(byte level) => s_levels[level & 7];

    /// <summary>Reads what follows <c>log</c>; null when it is not understood.</summary>
    public Statement? Read()
    {
        var log = new Log();
        NetfilterLog? group = null;
        while (true)
        {
            if (tokens.TryTake("prefix"u8))
            {
                log = log with { Prefix = tokens.TakeText() };
            }
            else if (tokens.TryTake("level"u8))
            {
                var word = tokens.TakeText();
                if (word == "audit")
                {
                    return new NftObserver("log level audit");
                }

                if (Array.IndexOf(s_levels, word) is not (>= 0 and var level))
                {
                    return null;
                }

                log = log with { Level = level == DefaultLevel ? null : (byte)level };
            }
            else if (tokens.TryTake("flags"u8))
            {
                if (!TryFlags(ref log))
                {
                    return null;
                }
            }
            else if (ReadNumber("group"u8) is { } number)
            {
                group = (group ?? new NetfilterLog()) with { Group = (ushort)number };
            }
            else if (ReadNumber("snaplen"u8) is { } size)
            {
                group = (group ?? new NetfilterLog()) with { Size = size };
            }
            else if (ReadNumber("queue-threshold"u8) is { } threshold)
            {
                group = (group ?? new NetfilterLog()) with { Threshold = (ushort)threshold };
            }
            else
            {
                return group is null ? log : group with { Prefix = log.Prefix };
            }
        }
    }

    private uint? ReadNumber(ReadOnlySpan<byte> word) => tokens.TryTake(word) ? (uint?)tokens.TakeNumber() : null;

    private bool TryFlags(ref Log log)
    {
        switch (tokens.TakeText())
        {
            case "all":
                log = log with { TcpSequence = true, TcpOptions = true, IPOptions = true, UserId = true, MacDecode = true };
                return true;
            case "skuid":
                log = log with { UserId = true };
                return true;
            case "ether":
                log = log with { MacDecode = true };
                return true;
            case "ip":
                log = log with { IPOptions = true };
                return tokens.TryTake("options"u8);
            case "tcp":
                do
                {
                    if (tokens.TryTake("sequence"u8))
                    {
                        log = log with { TcpSequence = true };
                    }
                    else if (tokens.TryTake("options"u8))
                    {
                        log = log with { TcpOptions = true };
                    }
                    else
                    {
                        return false;
                    }
                }
                while (tokens.TryTake(","u8));
                return true;
            default:
                return false;
        }
    }
}
