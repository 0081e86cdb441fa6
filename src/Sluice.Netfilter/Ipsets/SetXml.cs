namespace Sluice.Netfilter.Ipsets;

/// <summary>
/// Takes apart lines of ipset's XML. ipset does not escape: a comment may hold anything, so no general XML reader takes all it prints.
/// </summary>
internal static class SetXml
{
    /// <summary>What stands between a tag at the start of a line and its end; to the line's end when that is missing, empty without the tag.</summary>
    public static ReadOnlySpan<byte> Content(ReadOnlySpan<byte> line, ReadOnlySpan<byte> tag)
    {
        if (line is not [(byte)'<', ..] || !line[1..].StartsWith(tag) || line[(tag.Length + 1)..] is not [(byte)'>', ..])
        {
            return default;
        }

        var content = line[(tag.Length + 2)..];
        var end = LastEnd(content, tag);
        return end < 0 ? content : content[..end];
    }

    /// <summary>
    /// Elements as the words of the plain form: <c>&lt;elem&gt;10.0.0.1&lt;/elem&gt;&lt;timeout&gt;5&lt;/timeout&gt;&lt;nomatch/&gt;</c> is
    /// <c>10.0.0.1 timeout 5 nomatch</c>.
    /// </summary>
    public static byte[] Words(ReadOnlySpan<byte> elements)
    {
        var words = new List<byte>(elements.Length);
        while (elements is [(byte)'<', not (byte)'/', ..])
        {
            var close = elements.IndexOf((byte)'>');
            if (close < 0)
            {
                break;
            }

            var tag = elements[1..close];
            elements = elements[(close + 1)..];
            if (tag is [.. var name, (byte)'/'])
            {
                Add(words, name);
                continue;
            }

            // What is quoted may hold tags itself.
            var end = tag.SequenceEqual("comment"u8) ? LastEnd(elements, tag) : elements.IndexOf((byte)'<');
            var content = end < 0 ? elements : elements[..end];
            Add(words, tag.SequenceEqual("elem"u8) ? default : tag);
            Add(words, content);
            elements = elements[content.Length..];
            var after = elements.IndexOf((byte)'>');
            elements = after < 0 ? default : elements[(after + 1)..];
        }

        return [.. words];
    }

    private static void Add(List<byte> words, ReadOnlySpan<byte> word)
    {
        if (!word.IsEmpty)
        {
            words.AddRange(word);
            words.Add((byte)' ');
        }
    }

    private static int LastEnd(ReadOnlySpan<byte> text, ReadOnlySpan<byte> tag)
    {
        for (var end = text.LastIndexOf("</"u8); end >= 0; end = text[..end].LastIndexOf("</"u8))
        {
            if (text[(end + 2)..].StartsWith(tag))
            {
                return end;
            }
        }

        return -1;
    }
}
