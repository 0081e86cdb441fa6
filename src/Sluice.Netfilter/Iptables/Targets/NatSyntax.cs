using Sluice.Netfilter.Rules;

namespace Sluice.Netfilter.Iptables.Targets;

/// <summary><c>-j DNAT --to-destination 10.0.0.1-10.0.0.3:80-90</c> and <c>-j SNAT --to-source ...</c>; in a listing <c>to:10.0.0.1:80</c>.</summary>
internal sealed class NatSyntax(string name, NatKind kind, string option) : TargetSyntax
{
    private readonly byte[] _option = System.Text.Encoding.ASCII.GetBytes(option);

    public override string Name => name;

    public override Statement Initial { get; } = new Verdict.Translate(new NatSpec(kind, null, null, null, NatFlags.None));

    public override bool CanWrite(Statement statement) => statement is Verdict.Translate { Nat.Kind: var other } && other == kind;

    public override Statement? Take(Statement current, ref OptionReader option)
    {
        var nat = ((Verdict.Translate)current).Nat;
        if (option.Is(_option, "--to"u8))
        {
            // A second --to-destination (old iptables took several) is kept verbatim: the kernel chose between them.
            if (nat.First is not null || nat.Ports is not null || NatRange.Parse(option.Word(), nat) is not { } parsed || IsMangled(parsed))
            {
                option.Fail();
                return current;
            }

            return new Verdict.Translate(parsed);
        }

        return NatRange.Flag(option.Name) is { } flag ? new Verdict.Translate(nat with { Flags = nat.Flags | flag }) : null;
    }

    public override void Write(Statement statement, SaveWriter writer)
    {
        var nat = ((Verdict.Translate)statement).Nat;
        if (nat.First is not null || nat.Ports is not null)
        {
            writer.Option(option).Word(NatRange.Format(nat));
        }

        NatRange.WriteFlags(nat.Flags, writer);
    }

    // Without "to:" it is a target of another version than the tool's ("DNAT [unsupported revision]").
    public override Statement? ReadListing(ref ListingReader words) =>
        words.TryTakePrefixed("to:"u8, out var range) &&
        NatRange.Parse(range, ((Verdict.Translate)Initial).Nat) is { } nat && !IsMangled(nat)
            ? new Verdict.Translate(nat with { Flags = NatRange.ListedFlags(ref words) })
            : null;

    // ":0" is what an old iptables makes of a rule that a newer one wrote (kubernetes/kubernetes#114537).
    private static bool IsMangled(NatSpec nat) => nat is { First: null, Ports: { First: 0, Last: 0 } };
}
