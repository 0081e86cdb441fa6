using Sluice.Net;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Rules.Matches;

namespace Sluice.Netfilter.Iptables.Matches;

/// <summary><c>-m state --state RELATED,ESTABLISHED</c>; in a listing <c>! state NEW</c>.</summary>
internal sealed class StateSyntax : MatchSyntax<StateMatch>
{
    public override string Name => "state";

    protected override StateMatch Start { get; } = new(default(Negatable<ConnectionState>));

    public override Match? ReadListing(ref ListingReader words) =>
        words.TryTakeForm("^state #"u8, out var inverted, out var text) && StateWords.TryParse(text, out var states)
            ? new StateMatch(new(states, inverted))
            : null;

    protected override StateMatch? Take(StateMatch current, ref OptionReader option)
    {
        if (!option.Is("--state"u8))
        {
            return null;
        }

        var states = StateWords.Take(ref option);
        return new StateMatch(option.Negatable(states));
    }

    protected override void Write(StateMatch match, SaveWriter writer) =>
        writer.Option("--state", match.States.Inverted).Word(StateWords.Format(match.States.Value));
}
