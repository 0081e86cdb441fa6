namespace Sluice.Netfilter.Iptables;

/// <summary>Which optional columns a listing has, from its header line (<c>num pkts bytes target prot opt in out source destination</c>).</summary>
/// <param name="HasNumber">Rule numbers (<c>--line-numbers</c>).</param>
/// <param name="HasCounters">Packets and bytes (<c>-v</c>).</param>
/// <param name="HasInterfaces">In and out interfaces (<c>-v</c>).</param>
internal sealed record ListingColumns(bool HasNumber, bool HasCounters, bool HasInterfaces)
{
    /// <summary>Reads a header line; null when the line is none.</summary>
    public static ListingColumns? Parse(ReadOnlySpan<byte> line)
    {
        var number = false;
        var counters = false;
        var interfaces = false;
        var target = false;
        var source = false;
        foreach (var range in line.Split((byte)' '))
        {
            var word = line[range].Trim("\t\r"u8);
            if (word.IsEmpty)
            {
                continue;
            }

            if (word.SequenceEqual("num"u8))
            {
                number = true;
            }
            else if (word.SequenceEqual("pkts"u8) || word.SequenceEqual("bytes"u8))
            {
                counters = true;
            }
            else if (word.SequenceEqual("in"u8) || word.SequenceEqual("out"u8))
            {
                interfaces = true;
            }
            else if (word.SequenceEqual("target"u8))
            {
                target = true;
            }
            else if (word.SequenceEqual("source"u8))
            {
                source = true;
            }
            else if (!word.SequenceEqual("prot"u8) && !word.SequenceEqual("opt"u8) && !word.SequenceEqual("destination"u8))
            {
                return null;
            }
        }

        return target && source ? new ListingColumns(number, counters, interfaces) : null;
    }
}
