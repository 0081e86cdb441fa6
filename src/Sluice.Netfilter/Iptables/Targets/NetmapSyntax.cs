using Sluice.Net;
using Sluice.Netfilter.Rules;

namespace Sluice.Netfilter.Iptables.Targets;

/// <summary><c>-j NETMAP --to 10.0.0.0/24</c>; in a listing <c>to:10.0.0.0/24</c>.</summary>
internal sealed class NetmapSyntax : TargetSyntax
{
    public override string Name => "NETMAP";

    public override Statement Initial { get; } = new Verdict.Translate(new NatSpec(NatKind.Netmap, null, null, null, NatFlags.None));

    public override bool CanWrite(Statement statement) => statement is Verdict.Translate { Nat.Kind: NatKind.Netmap };

    public override Statement? Take(Statement current, ref OptionReader option) =>
        option.Is("--to"u8) ? To(option.Prefix()) : null;

    public override void Write(Statement statement, SaveWriter writer)
    {
        if (((Verdict.Translate)statement).Nat.Network is { } network)
        {
            writer.Option("--to", network.ToCidrString());
        }
    }

    // Older versions print the network without "to:".
    public override Statement? ReadListing(ref ListingReader words)
    {
        var word = words.Next();
        return Prefix.TryParse(word.StartsWith("to:"u8) ? word["to:"u8.Length..] : word, out var network) ? To(network) : null;
    }

    private static Verdict.Translate To(Prefix network) =>
        new(new NatSpec(NatKind.Netmap, null, null, null, NatFlags.None) { Network = network });
}
