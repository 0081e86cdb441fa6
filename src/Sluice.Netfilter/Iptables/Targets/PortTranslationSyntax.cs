using Sluice.Netfilter.Rules;

namespace Sluice.Netfilter.Iptables.Targets;

/// <summary>
/// <c>-j MASQUERADE --to-ports 1024-2000 --random-fully</c> and <c>-j REDIRECT --to-ports 80</c>; in a listing
/// <c>masq ports: 1024-2000 random-fully</c> and <c>redir ports 80</c>.
/// </summary>
internal sealed class PortTranslationSyntax(string name, NatKind kind, string listed) : TargetSyntax
{
    private readonly byte[] _listed = System.Text.Encoding.ASCII.GetBytes(listed);

    public override string Name => name;

    public override Statement Initial { get; } = new Verdict.Translate(new NatSpec(kind, null, null, null, NatFlags.None));

    public override bool CanWrite(Statement statement) => statement is Verdict.Translate { Nat.Kind: var other } && other == kind;

    public override Statement? Take(Statement current, ref OptionReader option)
    {
        var nat = ((Verdict.Translate)current).Nat;
        if (option.Is("--to-ports"u8, "--to-port"u8))
        {
            if (nat.Ports is not null || NatRange.ParsePorts(option.Word(), nat) is not { BasePort: null } parsed)
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
        if (nat.Ports is not null)
        {
            writer.Option("--to-ports", NatRange.FormatPorts(nat));
        }

        NatRange.WriteFlags(nat.Flags, writer);
    }

    public override Statement? ReadListing(ref ListingReader words)
    {
        var nat = ((Verdict.Translate)Initial).Nat;
        if (words.TryTakeAll(_listed))
        {
            if (NatRange.ParsePorts(words.Next(), nat) is not { } parsed)
            {
                return null;
            }

            nat = parsed;
        }

        return new Verdict.Translate(nat with { Flags = NatRange.ListedFlags(ref words) });
    }
}
