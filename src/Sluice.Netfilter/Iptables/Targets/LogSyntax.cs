using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Rules.Statements;

namespace Sluice.Netfilter.Iptables.Targets;

/// <summary><c>-j LOG --log-prefix "x" --log-level 7</c>; in a listing <c>LOG flags 0 level 7 prefix "x"</c>.</summary>
internal sealed class LogSyntax : TargetSyntax<Log>
{
    private const byte DefaultLevel = 4;

    private static readonly string[] s_levels = ["emerg", "alert", "crit", "error", "warning", "notice", "info", "debug"];

    public override string Name => "LOG";

    protected override Log Start { get; } = new();

    public override Statement? ReadListing(ref ListingReader words)
    {
        if (!words.HasMore)
        {
            return Start;
        }

        if (!words.TryTake("LOG"u8))
        {
            return null;
        }

        var log = Start;
        while (words.HasMore)
        {
            if (words.TryTake("flags"u8))
            {
                if (!Text.Utf8Number.TryParse(words.Next(), out uint flags))
                {
                    return null;
                }

                log = WithFlags(log, flags);
            }
            else if (words.TryTake("level"u8))
            {
                if (Level(words.Next()) is not { } level)
                {
                    return null;
                }

                log = log with { Level = level == DefaultLevel ? null : level };
            }
            else if (words.TryTake("prefix"u8))
            {
                if (ListedText.Rest(ref words) is not { } prefix)
                {
                    return null;
                }

                log = log with { Prefix = prefix };
            }
            else if (Word(log, words.Next()) is { } known)
            {
                log = known;
            }
            else
            {
                return null;
            }
        }

        return log;
    }

    protected override Log? Take(Log current, ref OptionReader option)
    {
        if (option.Is("--log-prefix"u8))
        {
            return current with { Prefix = option.Text() };
        }

        if (option.Is("--log-level"u8))
        {
            var level = Level(option.Word());
            if (level is null)
            {
                option.Fail();
            }

            return current with { Level = level == DefaultLevel ? null : level };
        }

        return option.Name.StartsWith("--log-"u8) ? Word(current, option.Name["--log-"u8.Length..]) : null;
    }

    protected override void Write(Log statement, SaveWriter writer)
    {
        if (statement.Prefix is { } prefix)
        {
            writer.Option("--log-prefix").Quoted(prefix);
        }

        writer.Optional("--log-level", statement.Level)
            .Flag("--log-tcp-sequence", statement.TcpSequence)
            .Flag("--log-tcp-options", statement.TcpOptions)
            .Flag("--log-ip-options", statement.IPOptions)
            .Flag("--log-uid", statement.UserId)
            .Flag("--log-macdecode", statement.MacDecode);
    }

    private static Log? Word(Log log, ReadOnlySpan<byte> word) =>
        word.SequenceEqual("tcp-sequence"u8) ? log with { TcpSequence = true }
        : word.SequenceEqual("tcp-options"u8) ? log with { TcpOptions = true }
        : word.SequenceEqual("ip-options"u8) ? log with { IPOptions = true }
        : word.SequenceEqual("uid"u8) ? log with { UserId = true }
        : word.SequenceEqual("macdecode"u8) ? log with { MacDecode = true }
        : null;

    // NF_LOG_TCPSEQ and the others of linux/netfilter/nf_log.h.
    private static Log WithFlags(Log log, uint flags) => log with
    {
        TcpSequence = (flags & 1) != 0,
        TcpOptions = (flags & 2) != 0,
        IPOptions = (flags & 4) != 0,
        UserId = (flags & 8) != 0,
        MacDecode = (flags & 32) != 0,
    };

    private static byte? Level(ReadOnlySpan<byte> text)
    {
        if (Text.Utf8Number.TryParse(text, out uint number))
        {
            return number <= 7 ? (byte)number : null;
        }

        for (var i = 0; i < s_levels.Length; i++)
        {
            if (System.Text.Ascii.EqualsIgnoreCase(text, s_levels[i]))
            {
                return (byte)i;
            }
        }

        // The older syslog names, which iptables takes too.
        return text.SequenceEqual("panic"u8) ? (byte)0
            : text.SequenceEqual("err"u8) ? (byte)3
            : text.SequenceEqual("warn"u8) ? DefaultLevel
            : null;
    }
}
