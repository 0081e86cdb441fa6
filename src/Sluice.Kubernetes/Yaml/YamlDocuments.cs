namespace Sluice.Kubernetes.Yaml;

/// <summary>
/// Hands out a YAML text one document at a time, each ending like a file, so that a broken one does not take the next with it. Cut
/// where kubectl cuts: before lines that begin with <c>---</c>.
/// </summary>
internal sealed class YamlDocuments(TextReader text) : TextReader
{
    private string? _line = "";
    private int _at;
    private bool _hasContent;
    private bool _isAtSeparator = true;
    private int _lines;

    /// <summary>The number of lines before the current document.</summary>
    public int LinesBefore { get; private set; }

    /// <summary>Goes to the next document, past what is left of this one; false when there is none.</summary>
    /// <exception cref="System.Text.DecoderFallbackException">The text is no UTF-8.</exception>
    public bool TryNext()
    {
        while (!_isAtSeparator && _line is not null)
        {
            NextLine();
        }

        if (_line is null)
        {
            return false;
        }

        LinesBefore = Math.Max(0, _lines - 1);
        _isAtSeparator = false;
        _hasContent = false;
        return true;
    }

    public override int Peek() => TryFill() ? _line![_at] : -1;

    public override int Read() => TryFill() ? _line![_at++] : -1;

    public override int Read(char[] buffer, int index, int count) => Read(buffer.AsSpan(index, count));

    public override int Read(Span<char> buffer)
    {
        if (!TryFill())
        {
            return 0;
        }

        var count = Math.Min(buffer.Length, _line!.Length - _at);
        _line.AsSpan(_at, count).CopyTo(buffer);
        _at += count;
        return count;
    }

    protected override void Dispose(bool disposing)
    {
        text.Dispose();
        base.Dispose(disposing);
    }

    private bool TryFill()
    {
        while (!_isAtSeparator && _line is not null && _at >= _line.Length)
        {
            NextLine();
        }

        return !_isAtSeparator && _line is not null;
    }

    private void NextLine()
    {
        var line = text.ReadLine();
        var isSeparator = line is not null && line.StartsWith("---", StringComparison.Ordinal) && (line.Length == 3 || line[3] is ' ' or '\t');
        _isAtSeparator = isSeparator && _hasContent;

        // What comes before the first content are comments and directives, which belong to it.
        _hasContent |= line is not (null or [] or ['#' or '%', ..]) && !isSeparator;
        _line = line is null ? null : line + "\n";
        _at = 0;
        _lines++;
    }
}
