namespace Sluice.Netfilter.Text;

/// <summary>Something in a source that is not a rule, or could not be understood: said, never fatal.</summary>
/// <param name="Source">The line.</param>
/// <param name="Message">What was made of it.</param>
public sealed record ReaderNote(SourceSpan Source, string Message);
