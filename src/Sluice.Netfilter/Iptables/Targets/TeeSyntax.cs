using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Rules.Statements;

namespace Sluice.Netfilter.Iptables.Targets;

/// <summary><c>-j TEE --gateway 10.0.0.1 --oif eth0</c>; in a listing <c>TEE gw:10.0.0.1 oif=eth0</c>.</summary>
internal sealed class TeeSyntax : TargetSyntax<Tee>
{
    public override string Name => "TEE";

    protected override Tee Start { get; } = new(default, OutInterface: null);

    public override Statement? ReadListing(ref ListingReader words) =>
        words.TryTake("TEE"u8) && words.TryTakePrefixed("gw:"u8, out var gateway) && Net.NetAddress.TryParse(gateway, out var address)
            ? new Tee(address, words.TryTakePrefixed("oif="u8, out var name) ? words.Text(name) : null)
            : null;

    protected override Tee? Take(Tee current, ref OptionReader option) =>
        option.Is("--gateway"u8) ? current with { Gateway = option.Address() }
        : option.Is("--oif"u8) ? current with { OutInterface = option.Text() }
        : null;

    protected override void Write(Tee statement, SaveWriter writer)
    {
        writer.Option("--gateway", statement.Gateway);
        if (statement.OutInterface is { } name)
        {
            writer.Option("--oif", name);
        }
    }
}
