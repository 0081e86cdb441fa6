using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Rules.Matches;

namespace Sluice.Netfilter.Iptables.Matches;

/// <summary><c>-m mark --mark 0x4000/0x4000</c>; in a listing <c>mark match ! 0x4000/0x4000</c>.</summary>
internal sealed class MarkSyntax : MatchSyntax<MarkMatch>
{
    public override string Name => "mark";

    public override bool WritesInitial => true;

    protected override MarkMatch Start { get; } = new(new MaskedValue(0, 0), Inverted: false);

    public override Match? ReadListing(ref ListingReader words)
    {
        if (!words.TryTakeAll("mark match"u8) && !words.TryTakeAll("MARK match"u8))
        {
            return null;
        }

        var inverted = words.TryTake("!"u8);
        return MaskedValue.TryParse(words.Next(), out var mark) ? new MarkMatch(mark, inverted) : null;
    }

    protected override MarkMatch? Take(MarkMatch current, ref OptionReader option)
    {
        if (!option.Is("--mark"u8))
        {
            return null;
        }

        var mark = option.Masked();
        return new MarkMatch(mark, option.Inverted);
    }

    protected override void Write(MarkMatch match, SaveWriter writer) => writer.Option("--mark", new Negatable<MaskedValue>(match.Mark, match.Inverted));
}
