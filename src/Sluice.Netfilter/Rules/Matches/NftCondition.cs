using Sluice.Netfilter.Tracing;

namespace Sluice.Netfilter.Rules.Matches;

/// <summary>
/// A condition of nftables on what no dump holds: how fast packets come (<c>limit</c>), how much has passed (<c>quota</c>), how many
/// connections there are (<c>ct count</c>), whether a program listens (<c>tproxy</c>). When it does not hold, the rule ends.
/// </summary>
/// <param name="Text">The condition in nft's words, always in the same ones.</param>
public sealed record NftCondition(string Text) : Match
{
    /// <summary>Whether it is asked of the element that the change of a set before it found (<c>add @s { ip saddr limit rate 1/second }</c>).</summary>
    public bool IsOfElement { get; init; }

    /// <inheritdoc/>
    public override MatchResult Test(TracedPacket packet) => MatchResult.DependsEachTime(Text);
}
