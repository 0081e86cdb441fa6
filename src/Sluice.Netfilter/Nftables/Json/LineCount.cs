using Sluice.Netfilter.Text;

namespace Sluice.Netfilter.Nftables.Json;

/// <summary>Tells the lines of places in a document, asked in order.</summary>
internal sealed class LineCount(SourceText source, int start, int line)
{
    private int _position = start;
    private int _line = line;

    /// <summary>The span at a place that is not before the one asked last.</summary>
    public SourceSpan At(int position, int length)
    {
        position = Math.Clamp(position, _position, source.Bytes.Length);
        _line += source.Bytes.Span[_position..position].Count((byte)'\n');
        _position = position;
        return new SourceSpan(source, _line, position, Math.Min(length, source.Bytes.Length - position));
    }
}
