using System.Globalization;
using Sluice.Net;

namespace Sluice.Netfilter.Ipsets;

/// <summary>
/// Writes sets as input of <c>ipset restore</c>, in the form of <c>ipset save</c>: what <see cref="SnapshotReader"/> reads back to the same
/// value. What is null is left to the kernel.
/// </summary>
public static class IpSetWriter
{
    /// <summary>Writes all sets, those first that lists of sets refer to.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="table">The sets.</param>
    public static void Write(TextWriter output, IpSetTable table)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(table);
        foreach (var set in table.Sets.OrderBy(s => s.Type.Method == IpSetMethod.List))
        {
            Write(output, set);
        }
    }

    /// <summary>Writes one set with its entries.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="set">The set.</param>
    public static void Write(TextWriter output, IpSet set)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(set);
        output.Write($"create {set.Name} {set.Type}");
        WriteOptions(output, set);
        output.Write('\n');
        foreach (var entry in set.Entries)
        {
            output.Write($"add {set.Name} ");
            Write(output, set, entry);
            output.Write('\n');
        }
    }

    // ipset's order. A kernel or an ipset older than bucketsize and initval refuses them, so they stand only where they were said.
    private static void WriteOptions(TextWriter output, IpSet set)
    {
        if (set.Type.Method == IpSetMethod.Hash && set.Family is { } family)
        {
            output.Write(family == IPFamily.IPv6 ? " family inet6" : " family inet");
        }

        if (set.Range is { } range)
        {
            output.Write($" range {ElementText.Of(range.First)}-{ElementText.Of(range.Last)}");
        }

        Option(output, "markmask", set.MarkMask is { } mask ? $"0x{mask:x8}" : null);
        Option(output, "hashsize", set.HashSize);
        Option(output, set.Type.Method == IpSetMethod.List ? "size" : "maxelem", set.MaxEntries);
        var masksFirst = set.Type.Dimensions.Count == 1;
        if (masksFirst)
        {
            WriteMasks(output, set);
        }

        Option(output, "timeout", set.Timeout);
        Flag(output, "counters", set.HasCounters);
        Flag(output, "comment", set.HasComments);
        Flag(output, "skbinfo", set.HasPacketInfo);
        Flag(output, "forceadd", set.ReplacesWhenFull);
        Option(output, "bucketsize", set.BucketSize);
        Option(output, "initval", set.InitialValue is { } initial ? $"0x{initial:x8}" : null);
        if (!masksFirst)
        {
            WriteMasks(output, set);
        }
    }

    private static void WriteMasks(TextWriter output, IpSet set)
    {
        Option(output, "netmask", set.NetmaskLength);
        Option(output, "bitmask", set.Bitmask);
    }

    private static void Write(TextWriter output, IpSet set, IpSetEntry entry)
    {
        output.Write(ElementText.Of(entry.Values));
        if (set.Timeout is not null)
        {
            // Without a word an entry lives as long as the set says.
            output.Write($" timeout {entry.Timeout ?? 0}");
        }

        Flag(output, "nomatch", entry.IsExcluded);
        Flag(output, "wildcard", entry.Values.Any(v => v is IpSetValue.Interface { IsWildcard: true }));
        if (entry.Counters is { } counters)
        {
            output.Write($" packets {counters.Packets} bytes {counters.Bytes}");
        }

        if (entry.Comment is { Length: > 0 } comment)
        {
            output.Write($" comment \"{Quotable(comment)}\"");
        }

        if (entry.PacketMark is var (value, mask))
        {
            output.Write(mask == uint.MaxValue ? $" skbmark 0x{value:x}" : $" skbmark 0x{value:x}/0x{mask:x}");
        }

        Option(output, "skbprio", entry.PacketPriority is { } priority ? $"{priority >> 16:x}:{priority & 0xffff:x}" : null);
        Option(output, "skbqueue", entry.PacketQueue);
    }

    private static void Option<T>(TextWriter output, string name, T? value)
    {
        if (value is not null)
        {
            output.Write(string.Create(CultureInfo.InvariantCulture, $" {name} {value}"));
        }
    }

    private static void Flag(TextWriter output, string name, bool isSet)
    {
        if (isSet)
        {
            output.Write($" {name}");
        }
    }

    // ipset has no escapes: a quote or a line break in a comment would end it.
    private static string Quotable(string comment) => comment.AsSpan().IndexOfAny("\"\n\r\0") < 0
        ? comment
        : new string([.. comment.Select(c => c switch { '"' => '\'', '\n' or '\r' or '\0' => ' ', _ => c })]);
}
