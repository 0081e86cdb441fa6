using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Rules.Matches;

namespace Sluice.Netfilter.Iptables.Matches;

/// <summary><c>-m comment --comment "..."</c>; in a listing <c>/* ... */</c>.</summary>
internal sealed class CommentSyntax : MatchSyntax<CommentMatch>
{
    public override string Name => "comment";

    protected override CommentMatch Start { get; } = new();

    public override Match? ReadListing(ref ListingReader words) =>
        words.TryTakeComment(out var text) ? new CommentMatch(words.Text(text)) : null;

    protected override CommentMatch? Take(CommentMatch current, ref OptionReader option) =>
        option.Is("--comment"u8) ? new CommentMatch(option.Text()) : null;

    protected override void Write(CommentMatch match, SaveWriter writer) => writer.Option("--comment").Quoted(match.Text);
}
