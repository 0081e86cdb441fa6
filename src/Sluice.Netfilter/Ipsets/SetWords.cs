namespace Sluice.Netfilter.Ipsets;

/// <summary>The words of a line of ipset, one after the other.</summary>
/// <param name="line">The line, UTF-8.</param>
internal ref struct SetWords(ReadOnlySpan<byte> line)
{
    private ReadOnlySpan<byte> _rest = line.Trim(" \t"u8);

    public readonly bool IsAtEnd => _rest.IsEmpty;

    /// <summary>Takes the next word; empty at the end.</summary>
    public ReadOnlySpan<byte> Take()
    {
        var end = _rest.IndexOfAny(" \t"u8);
        var word = end < 0 ? _rest : _rest[..end];
        _rest = end < 0 ? default : _rest[end..].TrimStart(" \t"u8);
        return word;
    }

    /// <summary>Takes what stands in quotes, or else the next word; false when there is none or the quotes do not end.</summary>
    public bool TryTakeText(out ReadOnlySpan<byte> text)
    {
        if (_rest is not [(byte)'"' or (byte)'\'', ..])
        {
            text = Take();
            return !text.IsEmpty;
        }

        // Up to the last quote: ipset has no escapes, and who speaks to the kernel without it can put quotes into a comment.
        var end = _rest[1..].LastIndexOf(_rest[0]) + 1;
        text = end == 0 ? _rest[1..] : _rest[1..end];
        _rest = end == 0 ? default : _rest[(end + 1)..].TrimStart(" \t"u8);
        return end > 0;
    }
}
