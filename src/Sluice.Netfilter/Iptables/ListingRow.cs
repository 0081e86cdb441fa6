using System.Globalization;
using System.Text;
using Sluice.Net;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Rules.Matches;

namespace Sluice.Netfilter.Iptables;

/// <summary>The columns of one rule line of a listing.</summary>
/// <param name="Target">Where the target's name stands; empty for a rule without target.</param>
/// <param name="Protocol">The protocol column.</param>
/// <param name="Fragment">The opt column; null for <c>--</c>.</param>
/// <param name="In">Incoming interface; null for any or when not listed.</param>
/// <param name="Out">Outgoing interface; null for any or when not listed.</param>
/// <param name="Source">Source, unknown when it is a name; null for anywhere.</param>
/// <param name="Destination">Destination, unknown when it is a name; null for anywhere.</param>
/// <param name="RestStart">Where the words of matches and target begin.</param>
/// <param name="Number">The rule's number; null when not listed.</param>
/// <param name="Counters">Packets and bytes; null when not listed.</param>
/// <param name="HasInterfaces">Whether the interfaces are listed.</param>
internal readonly record struct ListingRow(
    Range Target,
    Negatable<L4Protocol> Protocol,
    FragmentMatch? Fragment,
    InterfaceMatch? In,
    InterfaceMatch? Out,
    Match? Source,
    Match? Destination,
    int RestStart,
    uint? Number,
    RuleCounters? Counters,
    bool HasInterfaces)
{
    private const int MaxColumns = 12;

    // A copied line may have lost its header: every shape, those with more columns first.
    private static readonly ListingColumns[] s_shapes =
    [
        new(HasNumber: false, HasCounters: true, HasInterfaces: true),
        new(HasNumber: true, HasCounters: true, HasInterfaces: true),
        new(HasNumber: true, HasCounters: false, HasInterfaces: false),
        new(HasNumber: false, HasCounters: false, HasInterfaces: false),
    ];

    /// <summary>Reads the columns; null when the line is no rule.</summary>
    public static ListingRow? Parse(ReadOnlySpan<byte> line, ListingColumns? columns, IPFamily? family)
    {
        Span<Range> words = stackalloc Range[MaxColumns];
        words = words[..Split(line, words)];
        if (columns is not null && Parse(line, words, columns, family) is { } expected)
        {
            return expected;
        }

        foreach (var shape in s_shapes)
        {
            if (Parse(line, words, shape, family) is { } row)
            {
                return row;
            }
        }

        return null;
    }

    private static ListingRow? Parse(ReadOnlySpan<byte> line, ReadOnlySpan<Range> words, ListingColumns columns, IPFamily? family)
    {
        var i = 0;
        uint number = 0;
        if (columns.HasNumber && (i >= words.Length || !uint.TryParse(line[words[i++]], NumberStyles.None, CultureInfo.InvariantCulture, out number)))
        {
            return null;
        }

        RuleCounters? counters = null;
        if (columns.HasCounters)
        {
            if (i + 1 >= words.Length || ListingCount.Parse(line[words[i]]) is not { } packets || ListingCount.Parse(line[words[i + 1]]) is not { } bytes)
            {
                return null;
            }

            counters = new RuleCounters(packets, bytes);
            i += 2;
        }

        // Either "target prot" or, for a rule without target, "prot" alone.
        var row = ParseFrom(line, words, i, i + 1, columns, family) ?? ParseFrom(line, words, -1, i, columns, family);
        return row is { } found ? found with { Number = columns.HasNumber ? number : null, Counters = counters } : null;
    }

    private static ListingRow? ParseFrom(ReadOnlySpan<byte> line, ReadOnlySpan<Range> words, int target, int i, ListingColumns columns, IPFamily? family)
    {
        if (i >= words.Length || ParseProtocol(line[words[i++]]) is not { } protocol)
        {
            return null;
        }

        // ip6tables may leave the opt column empty.
        FragmentMatch? fragment = null;
        var hasOption = i < words.Length && line[words[i]] is var opt && (opt.SequenceEqual("--"u8) || opt.SequenceEqual("-f"u8) || opt.SequenceEqual("!f"u8));
        if (hasOption)
        {
            var word = line[words[i++]];
            fragment = word[1] == 'f' ? new FragmentMatch(word[0] == '!') : null;
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

        // Names are taken for addresses only where the line has the dashes of a rule: remarks have words too.
        if (i + 1 >= words.Length ||
            !ListingAddress.TryRead(PacketEnd.Source, line[words[i++]], family, hasOption, out var source) ||
            !ListingAddress.TryRead(PacketEnd.Destination, line[words[i]], family, hasOption, out var destination))
        {
            return null;
        }

        return new ListingRow(
            target < 0 ? default(Index)..default(Index) : words[target],
            protocol, fragment, input, output, source, destination, words[i].End.Value, Number: null, Counters: null, columns.HasInterfaces);
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
}
