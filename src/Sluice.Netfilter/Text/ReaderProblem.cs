namespace Sluice.Netfilter.Text;

/// <summary>Why a whole source could not be read.</summary>
/// <param name="Source">The source.</param>
/// <param name="Line">The line that shows it, from 1; null when it is the source as a whole.</param>
/// <param name="Message">What is wrong, and what to give instead.</param>
public sealed record ReaderProblem(SourceText Source, int? Line, string Message)
{
    /// <summary><c>file: message</c>, or <c>file:line: message</c>.</summary>
    public override string ToString() => Line is { } line ? $"{Source.Name}:{line}: {Message}" : $"{Source.Name}: {Message}";
}
