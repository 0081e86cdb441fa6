namespace Sluice.Netfilter.Text;

/// <summary>Something in a source that is not a rule, or could not be understood: said, never fatal.</summary>
/// <param name="Source">The line.</param>
/// <param name="Message">What was made of it.</param>
/// <param name="Kind">What it means for the answers.</param>
public sealed record ReaderNote(SourceSpan Source, string Message, ReaderNoteKind Kind = ReaderNoteKind.NotUnderstood)
{
    /// <summary>Whether a person should see it: it may change an answer. Remarks between the rules do not.</summary>
    public bool MattersToAnswers => Kind != ReaderNoteKind.Remark;

    /// <summary><c>file:line: message</c>.</summary>
    public override string ToString() => $"{Source}: {Message}";
}
