using System.Text;

namespace Sluice.Netfilter.Text;

/// <summary>Where something stands in a source: so that a person can find it in the dump.</summary>
/// <param name="Source">The file; null for things that were made, not read.</param>
/// <param name="Line">The line, from 1; 0 for things that were made.</param>
/// <param name="Start">The offset of the first byte.</param>
/// <param name="Length">The number of bytes.</param>
public readonly record struct SourceSpan(SourceText? Source, int Line, int Start, int Length)
{
    /// <summary>The span of what was made, not read.</summary>
    public static SourceSpan None => default;

    /// <summary>The original text, or the empty string for what was made.</summary>
    public string Text => Source is null ? "" : Encoding.UTF8.GetString(Source.Bytes.Span.Slice(Start, Length)).Trim();

    /// <summary><c>file:line</c>.</summary>
    public override string ToString() => Source is null ? "" : $"{Source.Name}:{Line}";
}
