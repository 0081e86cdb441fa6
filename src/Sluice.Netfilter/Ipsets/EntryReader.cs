using System.Text;
using Sluice.Net;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Text;

namespace Sluice.Netfilter.Ipsets;

/// <summary>Reads entries with their options, as <c>add</c> takes them and the members of a listing show them.</summary>
internal static class EntryReader
{
    /// <summary>The entries of a line; null when its element cannot be read.</summary>
    /// <param name="set">The set.</param>
    /// <param name="line">The element and its options.</param>
    /// <param name="problem">What of the options cannot be read; null when all can.</param>
    public static List<IpSetEntry>? Read(IpSet set, ReadOnlySpan<byte> line, out string? problem)
    {
        var words = new SetWords(line);
        var elements = ElementReader.Read(set, words.Take());
        problem = null;
        if (elements is null)
        {
            return null;
        }

        var isWildcard = false;
        var entry = ReadOptions(new IpSetEntry(default), words, ref isWildcard, ref problem);
        return elements.ConvertAll(e => entry with { Values = isWildcard ? AsWildcard(e) : e });
    }

    /// <summary>Whether a word begins an option of an entry.</summary>
    public static bool IsOption(ReadOnlySpan<byte> word) => Encoding.UTF8.GetString(word[..Math.Min(word.Length, 16)]) is
        "timeout" or "packets" or "bytes" or "comment" or "skbmark" or "skbprio" or "skbqueue" or "nomatch" or "wildcard";

    private static IpSetEntry ReadOptions(IpSetEntry entry, SetWords words, ref bool isWildcard, ref string? problem)
    {
        ulong packets = 0, bytes = 0;
        while (!words.IsAtEnd)
        {
            var name = Encoding.UTF8.GetString(words.Take());
            switch (name)
            {
                case "nomatch":
                    entry = entry with { IsExcluded = true };
                    continue;
                case "wildcard":
                    isWildcard = true;
                    continue;
                case "-exist" or "-!" or "--exist":
                    continue;
                case "comment":
                    var isWhole = words.TryTakeText(out var comment);
                    problem ??= isWhole ? null : "its comment does not end";
                    entry = entry with { Comment = comment.IsEmpty ? null : Encoding.UTF8.GetString(comment) };
                    continue;
            }

            var value = words.Take();
            var hasNumber = Utf8Number.TryParse(value, out ulong number);
            switch (name)
            {
                case "packets" when hasNumber:
                    packets = number;
                    entry = entry with { Counters = new RuleCounters(packets, bytes) };
                    break;
                case "bytes" when hasNumber:
                    bytes = number;
                    entry = entry with { Counters = new RuleCounters(packets, bytes) };
                    break;
                case "timeout" when hasNumber && number <= uint.MaxValue:
                    entry = entry with { Timeout = number == 0 ? null : (uint)number };
                    break;
                case "skbqueue" when hasNumber && number <= ushort.MaxValue:
                    entry = entry with { PacketQueue = (ushort)number };
                    break;
                case "skbmark" when Mark(value) is { } mark:
                    entry = entry with { PacketMark = mark };
                    break;
                case "skbprio" when Priority(value) is { } priority:
                    entry = entry with { PacketPriority = priority };
                    break;
                case "before" or "after" when !value.IsEmpty:
                    // The place in a list of sets, which does not change what the list holds.
                    break;
                default:
                    problem ??= $"'{$"{name} {Encoding.UTF8.GetString(value)}".Trim()}' is not understood";
                    break;
            }
        }

        return entry;
    }

    private static EquatableArray<IpSetValue> AsWildcard(EquatableArray<IpSetValue> element) =>
        element.Select(v => v is IpSetValue.Interface place ? place with { IsWildcard = true } : v).ToEquatableArray();

    private static (uint Value, uint Mask)? Mark(ReadOnlySpan<byte> text)
    {
        var slash = text.IndexOf((byte)'/');
        var mask = uint.MaxValue;
        return Utf8Number.TryParse(slash < 0 ? text : text[..slash], out uint value) && (slash < 0 || Utf8Number.TryParse(text[(slash + 1)..], out mask))
            ? (value, mask)
            : null;
    }

    // As tc writes handles: two hexadecimal numbers.
    private static uint? Priority(ReadOnlySpan<byte> text)
    {
        var colon = text.IndexOf((byte)':');
        const System.Globalization.NumberStyles Hex = System.Globalization.NumberStyles.AllowHexSpecifier;
        return colon > 0 && ushort.TryParse(text[..colon], Hex, null, out var major) && ushort.TryParse(text[(colon + 1)..], Hex, null, out var minor)
            ? ((uint)major << 16) | minor
            : null;
    }
}
