using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Rules.Matches;

namespace Sluice.Netfilter.Iptables.Matches;

/// <summary><c>-m limit --limit 5/min --limit-burst 10</c>; in a listing <c>limit: avg 5/min burst 10</c>.</summary>
internal sealed class LimitSyntax : MatchSyntax<LimitMatch>
{
    public override string Name => "limit";

    public override bool WritesInitial => true;

    protected override LimitMatch Start { get; } = new("3/hour", LimitMatch.DefaultBurst);

    public override Match? ReadListing(ref ListingReader words)
    {
        if (!words.TryTakeForm("limit: avg #"u8, out _, out var text) || RateWords.Canonical(text) is not { } rate)
        {
            return null;
        }

        return new LimitMatch(rate, words.TryTakeForm("burst #"u8, out _, out text) && uint.TryParse(text, out var burst) ? burst : LimitMatch.DefaultBurst);
    }

    protected override LimitMatch? Take(LimitMatch current, ref OptionReader option)
    {
        if (option.Is("--limit"u8))
        {
            if (RateWords.Canonical(option.Word()) is { } rate)
            {
                return current with { Rate = rate };
            }

            option.Fail();
            return current;
        }

        return option.Is("--limit-burst"u8) ? current with { Burst = option.Number() } : null;
    }

    protected override void Write(LimitMatch match, SaveWriter writer)
    {
        writer.Option("--limit", match.Rate);
        if (match.Burst != LimitMatch.DefaultBurst)
        {
            writer.Option("--limit-burst", match.Burst);
        }
    }
}
