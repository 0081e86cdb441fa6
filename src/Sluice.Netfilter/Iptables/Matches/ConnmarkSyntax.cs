using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Rules.Matches;

namespace Sluice.Netfilter.Iptables.Matches;

/// <summary><c>-m connmark --mark 0x4000/0x4000</c>; in a listing <c>connmark match ! 0x4000/0x4000</c>.</summary>
internal sealed class ConnmarkSyntax : MatchSyntax<ConnmarkMatch>
{
    public override string Name => "connmark";

    public override bool WritesInitial => true;

    protected override ConnmarkMatch Start { get; } = new(new MaskedValue(0, 0), Inverted: false);

    public override Match? ReadListing(ref ListingReader words) =>
        (words.TryTakeForm("connmark match ^#"u8, out var inverted, out var text) || words.TryTakeForm("CONNMARK match ^#"u8, out inverted, out text)) &&
        MaskedValue.TryParse(text, out var mark)
            ? new ConnmarkMatch(mark, inverted)
            : null;

    protected override ConnmarkMatch? Take(ConnmarkMatch current, ref OptionReader option)
    {
        if (!option.Is("--mark"u8))
        {
            return null;
        }

        var mark = option.Masked();
        return new ConnmarkMatch(mark, option.Inverted);
    }

    protected override void Write(ConnmarkMatch match, SaveWriter writer) =>
        writer.Option("--mark", new Negatable<MaskedValue>(match.Mark, match.Inverted));
}
