using Sluice.Netfilter.Rules;

namespace Sluice.Netfilter.Iptables.Targets;

/// <summary><c>-j REJECT --reject-with icmp-port-unreachable</c>; in a listing <c>reject-with icmp-port-unreachable</c>.</summary>
internal sealed class RejectSyntax : TargetSyntax<Verdict.Reject>
{
    public override string Name => "REJECT";

    protected override Verdict.Reject Start { get; } = new(With: null);

    public override Statement? ReadListing(ref ListingReader words) =>
        words.TryTake("reject-with"u8) ? new Verdict.Reject(words.Text(words.Next())) : Start;

    protected override Verdict.Reject? Take(Verdict.Reject current, ref OptionReader option) =>
        option.Is("--reject-with"u8) ? new Verdict.Reject(option.Text()) : null;

    protected override void Write(Verdict.Reject statement, SaveWriter writer)
    {
        if (statement.With is { } with)
        {
            writer.Option("--reject-with", with);
        }
    }
}
