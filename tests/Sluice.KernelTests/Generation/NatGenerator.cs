using Sluice.Net;
using Sluice.Netfilter.Rules;

namespace Sluice.KernelTests.Generation;

/// <summary>Address translations; in the Behaviour profile only those whose result is no choice of the kernel's.</summary>
internal sealed class NatGenerator(Random random, GeneratorOptions options)
{
    private readonly AddressPool _pool = AddressPool.Of(options.Family);

    private bool IsSyntax => options.Profile == GenerationProfile.Syntax;

    /// <summary>What may stand in a chain of nat.</summary>
    public IEnumerable<Func<(Statement?, L4Protocol?)>> Choices(ChainPlan chain)
    {
        if (chain.OnlyFrom(Hook.Prerouting, Hook.Output))
        {
            for (var i = 0; i < 3; i++)
            {
                yield return Destination;
            }

            yield return () => Ports(NatKind.Redirect);
            yield return Netmap;
        }
        else if (chain.OnlyFrom(Hook.Postrouting))
        {
            yield return Source;
            yield return () => Ports(NatKind.Masquerade);
            yield return Netmap;
        }
        else if (chain.OnlyFrom(Hook.Input))
        {
            yield return Source;
        }
    }

    private (Statement?, L4Protocol?) Destination()
    {
        var protocol = Transport();
        var first = random.Chance(0.8) ? random.Pick(_pool.Pods) : random.Pick(_pool.All);
        var nat = new NatSpec(NatKind.Destination, first, first, protocol is null ? null : PortRange.Of(random.Pick<ushort>([8080, 53, 80])), NatFlags.None);
        return (new Verdict.Translate(IsSyntax ? Varied(nat, protocol) : nat), protocol);
    }

    private (Statement?, L4Protocol?) Source()
    {
        var protocol = IsSyntax ? Transport() : null;
        var first = random.Pick(_pool.Node);
        var nat = new NatSpec(NatKind.Source, first, first, null, NatFlags.None);
        return (new Verdict.Translate(IsSyntax ? Varied(nat, protocol) : nat), protocol);
    }

    private NatSpec Varied(NatSpec nat, L4Protocol? protocol)
    {
        if (random.Chance(0.3))
        {
            nat = nat with { Last = nat.First!.Value with { Bits = nat.First.Value.Bits + (uint)random.Between(1, 9) } };
        }

        if (protocol is not null && random.Chance(0.5))
        {
            var first = (ushort)random.Between(1, 60_000);
            nat = nat with { Ports = new PortRange(first, (ushort)random.Between(first, first + 500)) };
            nat = random.Chance(0.2) ? nat with { First = null, Last = null } : nat;
            nat = random.Chance(0.2) && nat is { Kind: NatKind.Destination, Ports: { } ports } && ports.First < ports.Last
                ? nat with { BasePort = (ushort)random.Between(1, 60_000) }
                : nat;
        }

        return nat with
        {
            Flags = (random.Chance(0.2) ? NatFlags.Random : 0) | (random.Chance(0.2) ? NatFlags.Persistent : 0) |
                (nat.Kind == NatKind.Source && random.Chance(0.2) ? NatFlags.RandomFully : 0),
        };
    }

    private (Statement?, L4Protocol?) Ports(NatKind kind)
    {
        var hasPorts = random.Chance(0.5) && (IsSyntax || kind == NatKind.Redirect);
        var protocol = hasPorts ? Transport() ?? L4Protocol.Tcp : (L4Protocol?)null;
        var first = random.Pick(AddressPool.Ports);
        var last = IsSyntax ? (ushort)random.Between(first, first + 10) : first;
        var flags = (IsSyntax && random.Chance(0.2) ? NatFlags.Random : 0) | (IsSyntax && kind == NatKind.Masquerade && random.Chance(0.3) ? NatFlags.RandomFully : 0);
        return (new Verdict.Translate(new NatSpec(kind, null, null, hasPorts ? new PortRange(first, last) : null, flags)), protocol);
    }

    private (Statement?, L4Protocol?) Netmap() =>
        (new Verdict.Translate(new NatSpec(NatKind.Netmap, null, null, null, NatFlags.None) { Network = random.Pick(_pool.Mapped) }), null);

    private L4Protocol? Transport() => random.Pick<L4Protocol?>([L4Protocol.Tcp, L4Protocol.Tcp, L4Protocol.Udp, null]);
}
