using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Rules.Matches;

namespace Sluice.Netfilter.Iptables.Matches;

/// <summary><c>-m connlimit --connlimit-above 3 --connlimit-mask 32 --connlimit-saddr</c>; in a listing <c>#conn src/32 &gt; 3</c>.</summary>
internal sealed class ConnectionLimitSyntax : MatchSyntax<ConnectionLimitMatch>
{
    public override string Name => "connlimit";

    protected override ConnectionLimitMatch Start { get; } = new(0, IsAbove: false);

    public override bool WritesInitial => true;

    public override Match? ReadListing(ref ListingReader words)
    {
        var copy = words;
        if (!copy.TryTake("#conn"u8))
        {
            return null;
        }

        var isSource = copy.TryTakePrefixed("src/"u8, out var length);
        if ((!isSource && !copy.TryTakePrefixed("dst/"u8, out length)) || !byte.TryParse(length, out var prefix))
        {
            return null;
        }

        var isAbove = copy.TryTake(">"u8);
        if ((!isAbove && !copy.TryTake("<="u8)) || !uint.TryParse(copy.Next(), out var limit))
        {
            return null;
        }

        words = copy;
        return new ConnectionLimitMatch(limit, isAbove) { PrefixLength = prefix, End = isSource ? PacketEnd.Source : PacketEnd.Destination };
    }

    protected override ConnectionLimitMatch? Take(ConnectionLimitMatch current, ref OptionReader option)
    {
        if (option.Is("--connlimit-above"u8, "--connlimit-upto"u8))
        {
            var isAbove = option.Is("--connlimit-above"u8);
            var limit = option.Number();
            return current with { Limit = limit, IsAbove = isAbove != option.Inverted };
        }

        return option.Is("--connlimit-mask"u8) ? current with { PrefixLength = option.Byte() }
            : option.Is("--connlimit-saddr"u8) ? current with { End = PacketEnd.Source }
            : option.Is("--connlimit-daddr"u8) ? current with { End = PacketEnd.Destination }
            : null;
    }

    protected override void Write(ConnectionLimitMatch match, SaveWriter writer) => writer
        .Option(match.IsAbove ? "--connlimit-above" : "--connlimit-upto", match.Limit)
        .Optional("--connlimit-mask", match.PrefixLength)
        .Option(match.End == PacketEnd.Source ? "--connlimit-saddr" : "--connlimit-daddr");
}

/// <summary>
/// <c>-m connbytes --connbytes 100:200 --connbytes-mode bytes --connbytes-dir both</c>; in a listing
/// <c>connbytes 100:200 connbytes mode bytes connbytes direction both</c>.
/// </summary>
internal sealed class ConnectionBytesSyntax : MatchSyntax<ConnectionBytesMatch>
{
    // In the order of their enumerations.
    private static readonly Utf8Words s_counters = new("packets", "bytes", "avgpkt");
    private static readonly Utf8Words s_directions = new("original", "reply", "both");
    private static readonly string[] s_counterNames = ["packets", "bytes", "avgpkt"];

    public override string Name => "connbytes";

    protected override ConnectionBytesMatch Start { get; } =
        new(default(Negatable<NumberRange>), ConnectionCounter.Packets, CountedDirection.Both);

    public override bool WritesInitial => true;

    public override Match? ReadListing(ref ListingReader words)
    {
        if (!words.TryTakeForm("^connbytes #"u8, out var inverted, out var text) || Range(text) is not { } range ||
            !words.TryTakeForm("connbytes mode #"u8, out _, out var counter) || s_counters.IndexOf(counter) is not (>= 0 and var mode) ||
            !words.TryTakeForm("connbytes direction #"u8, out _, out var way) || s_directions.IndexOf(way) is not (>= 0 and var direction))
        {
            return null;
        }

        return new ConnectionBytesMatch(new(range, inverted), (ConnectionCounter)mode, (CountedDirection)direction);
    }

    protected override ConnectionBytesMatch? Take(ConnectionBytesMatch current, ref OptionReader option)
    {
        if (option.Is("--connbytes"u8))
        {
            var range = Range(option.Word());
            if (range is null)
            {
                option.Fail();
            }

            return current with { Range = option.Negatable(range ?? default) };
        }

        if (!option.Is("--connbytes-mode"u8) && !option.Is("--connbytes-dir"u8))
        {
            return null;
        }

        var isMode = option.Is("--connbytes-mode"u8);
        var index = (isMode ? s_counters : s_directions).IndexOf(option.Word());
        if (index < 0)
        {
            option.Fail();
        }

        return isMode ? current with { Counter = (ConnectionCounter)index } : current with { Direction = (CountedDirection)index };
    }

    protected override void Write(ConnectionBytesMatch match, SaveWriter writer)
    {
        var range = match.Range.Value;
        writer.Option("--connbytes", match.Range.Inverted)
            .Word(range.Last == ulong.MaxValue ? $"{range.First}" : $"{range.First}:{range.Last}")
            .Option("--connbytes-mode", s_counterNames[(int)match.Counter])
            .Option("--connbytes-dir", match.Direction.ToString().ToLowerInvariant());
    }

    // A number alone is a lower end: "100" is printed for "100:".
    private static NumberRange? Range(ReadOnlySpan<byte> text) =>
        !NumberRange.TryParse(text, ulong.MaxValue, out var range) ? null : text.Contains((byte)':') ? range : range with { Last = ulong.MaxValue };
}
