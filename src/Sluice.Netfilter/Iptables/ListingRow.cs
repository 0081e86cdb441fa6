using System.Globalization;
using System.Text;
using Sluice.Netfilter.Net;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Rules.Matches;

namespace Sluice.Netfilter.Iptables;

/// <summary>The columns of one rule line of a listing.</summary>
/// <param name="Target">Where the target's name stands; empty for a rule without target.</param>
/// <param name="Protocol">The protocol column.</param>
/// <param name="Fragment">The opt column; null for <c>--</c>.</param>
/// <param name="In">Incoming interface; null for any or when not listed.</param>
/// <param name="Out">Outgoing interface; null for any or when not listed.</param>
/// <param name="Source">Source; null for anywhere.</param>
/// <param name="Destination">Destination; null for anywhere.</param>
/// <param name="RestStart">Where the words of matches and target begin.</param>
/// <param name="Counters">Packets and bytes; null when not listed.</param>
internal readonly record struct ListingRow(
    Range Target,
    Negatable<L4Protocol> Protocol,
    FragmentMatch? Fragment,
    InterfaceMatch? In,
    InterfaceMatch? Out,
    AddressMatch? Source,
    AddressMatch? Destination,
    int RestStart,
    RuleCounters? Counters)
{
    private const int MaxColumns = 12;

    /// <summary>Reads the columns; null when the line is no rule.</summary>
    public static ListingRow? Parse(ReadOnlySpan<byte> line, ListingColumns? columns)
    {
        Span<Range> words = stackalloc Range[MaxColumns];
        var count = Split(line, words);

        // A copied line may have lost its header: try what the header says first, then every shape.
        return (columns is null ? null : Parse(line, words[..count], columns))
            ?? Parse(line, words[..count], new ListingColumns(HasNumber: false, HasCounters: false, HasInterfaces: false))
            ?? Parse(line, words[..count], new ListingColumns(HasNumber: false, HasCounters: true, HasInterfaces: true))
            ?? Parse(line, words[..count], new ListingColumns(HasNumber: true, HasCounters: false, HasInterfaces: false))
            ?? Parse(line, words[..count], new ListingColumns(HasNumber: true, HasCounters: true, HasInterfaces: true));
    }

    private static ListingRow? Parse(ReadOnlySpan<byte> line, ReadOnlySpan<Range> words, ListingColumns columns)
    {
        var i = 0;
        if (columns.HasNumber && (i >= words.Length || !uint.TryParse(line[words[i++]], out _)))
        {
            return null;
        }

        RuleCounters? counters = null;
        if (columns.HasCounters)
        {
            if (i + 1 >= words.Length || Count(line[words[i]]) is not { } packets || Count(line[words[i + 1]]) is not { } bytes)
            {
                return null;
            }

            counters = new RuleCounters(packets, bytes);
            i += 2;
        }

        // Either "target prot" or, for a rule without target, "prot" alone.
        return ParseFrom(line, words, i, i + 1, columns, counters) ?? ParseFrom(line, words, -1, i, columns, counters);
    }

    private static ListingRow? ParseFrom(ReadOnlySpan<byte> line, ReadOnlySpan<Range> words, int target, int i, ListingColumns columns, RuleCounters? counters)
    {
        if (i >= words.Length || ParseProtocol(line[words[i++]]) is not { } protocol)
        {
            return null;
        }

        // ip6tables leaves the opt column empty.
        FragmentMatch? fragment = null;
        if (i < words.Length && line[words[i]] is var opt && (opt.SequenceEqual("--"u8) || opt.SequenceEqual("-f"u8) || opt.SequenceEqual("!f"u8)))
        {
            fragment = opt[1] == 'f' ? new FragmentMatch(opt[0] == '!') : null;
            i++;
        }

        InterfaceMatch? input = null, output = null;
        if (columns.HasInterfaces)
        {
            if (i + 1 >= words.Length)
            {
                return null;
            }

            input = ParseInterface(InterfaceDirection.In, line[words[i++]]);
            output = ParseInterface(InterfaceDirection.Out, line[words[i++]]);
        }

        if (i + 1 >= words.Length ||
            !TryAddress(PacketEnd.Source, line[words[i++]], out var source) ||
            !TryAddress(PacketEnd.Destination, line[words[i]], out var destination))
        {
            return null;
        }

        return new ListingRow(
            target < 0 ? default(Index)..default(Index) : words[target],
            protocol, fragment, input, output, source, destination, words[i].End.Value, counters);
    }

    private static int Split(ReadOnlySpan<byte> line, Span<Range> words)
    {
        int count = 0, i = 0;
        while (i < line.Length && count < words.Length)
        {
            while (i < line.Length && (line[i] is (byte)' ' or (byte)'\t'))
            {
                i++;
            }

            var start = i;
            while (i < line.Length && !(line[i] is (byte)' ' or (byte)'\t'))
            {
                i++;
            }

            if (i > start)
            {
                words[count++] = start..i;
            }
        }

        return count;
    }

    private static Negatable<L4Protocol>? ParseProtocol(ReadOnlySpan<byte> word)
    {
        var inverted = word.StartsWith("!"u8);
        return L4Protocol.TryParse(inverted ? word[1..] : word, out var protocol) ? new(protocol, inverted) : null;
    }

    private static InterfaceMatch? ParseInterface(InterfaceDirection direction, ReadOnlySpan<byte> word)
    {
        var inverted = word.StartsWith("!"u8);
        var name = Encoding.UTF8.GetString(inverted ? word[1..] : word);
        return name is "*" or "any" or "+" && !inverted ? null : new InterfaceMatch(direction, name, inverted);
    }

    // Without -n a listing prints names; a name that is no address cannot be compared with a packet.
    private static bool TryAddress(PacketEnd end, ReadOnlySpan<byte> word, out AddressMatch? match)
    {
        match = null;
        var inverted = word.StartsWith("!"u8);
        var text = inverted ? word[1..] : word;
        if (text.SequenceEqual("anywhere"u8) || text.SequenceEqual("default"u8))
        {
            return true;
        }

        if (text.SequenceEqual("localhost"u8) || text.SequenceEqual("loopback/8"u8))
        {
            text = text[^1] == '8' ? "127.0.0.0/8"u8 : "127.0.0.1"u8;
        }

        if (!Prefix.TryParse(text, out var prefix))
        {
            return false;
        }

        match = prefix.Mask == 0 && !inverted ? null : new AddressMatch(end, prefix, inverted);
        return true;
    }

    // "12K", "3456M": listings without -x round by 1000.
    private static ulong? Count(ReadOnlySpan<byte> word)
    {
        if (word.IsEmpty)
        {
            return null;
        }

        var factor = word[^1] switch { (byte)'K' => 1_000UL, (byte)'M' => 1_000_000UL, (byte)'G' => 1_000_000_000UL, (byte)'T' => 1_000_000_000_000UL, _ => 1UL };
        return ulong.TryParse(factor == 1 ? word : word[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value * factor : null;
    }
}
