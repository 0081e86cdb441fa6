using Sluice.Netfilter.Tracing;

namespace Sluice.Netfilter.Rules.Matches;

/// <summary>A remark in a rule (<c>-m comment</c>); it always matches.</summary>
/// <param name="Text">The remark; at most 255 bytes in the kernel.</param>
public sealed record CommentMatch(string Text) : Match
{
    /// <summary>A comment without text.</summary>
    public CommentMatch()
        : this("")
    {
    }

    /// <inheritdoc/>
    public override MatchResult Test(TracedPacket packet) => MatchResult.Yes;
}
