using Sluice.Netfilter.Text;

namespace Sluice.Netfilter.Iptables;

/// <summary>A command of a script that goes on over several lines, each but the last ending in a backslash.</summary>
internal sealed class ContinuedLine
{
    private const int LongestCommand = 1 << 16;

    private readonly List<byte> _text = [];

    /// <summary>Where the command begins.</summary>
    public SourceSpan Span { get; private set; }

    public bool IsOpen => _text.Count > 0;

    /// <summary>The command without its backslashes.</summary>
    public ReadOnlySpan<byte> Text => System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_text);

    /// <summary>Takes a line; true when the command goes on after it.</summary>
    public bool Add(ReadOnlySpan<byte> line, SourceSpan span)
    {
        if (_text.Count == 0)
        {
            Span = span;
        }

        var goesOn = line.EndsWith("\\"u8) && _text.Count < LongestCommand;
        _text.AddRange(goesOn ? line[..^1] : line);
        _text.Add((byte)' ');
        return goesOn;
    }

    public void Clear() => _text.Clear();
}
