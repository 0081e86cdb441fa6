using Sluice.Netfilter.Tracing;

namespace Sluice.Netfilter.Rules.Matches;

/// <summary>A match this program does not know, kept as it was written. It might hold or not.</summary>
/// <param name="Text">The words, verbatim, the <c>-m</c> included where there was one.</param>
public sealed record UnknownMatch(string Text) : Match
{
    /// <inheritdoc/>
    public override MatchResult Test(TracedPacket packet) => MatchResult.Unknown($"'{Text}'");
}
