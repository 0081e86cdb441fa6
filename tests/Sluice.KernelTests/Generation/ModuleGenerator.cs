using Sluice.Net;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Rules.Matches;

namespace Sluice.KernelTests.Generation;

/// <summary>Matches of the less common modules, from their text.</summary>
internal sealed class ModuleGenerator(Random random, GeneratorOptions options)
{
    private readonly AddressPool _pool = AddressPool.Of(options.Family);

    /// <summary>No part, or one; nothing that is unknown to Sluice where packets are to be judged.</summary>
    /// <param name="chain">Where the rule is.</param>
    /// <param name="protocol">The protocol the rule asks for; null for any.</param>
    /// <param name="packet">The packet it may match.</param>
    public IEnumerable<RulePart> Next(ChainPlan chain, L4Protocol? protocol, Packet packet)
    {
        var texts = options.Profile == GenerationProfile.Behaviour
            ? Decidable(protocol, packet)
            : [.. Decidable(protocol, packet), .. ModuleTexts.For(chain, protocol, options.Family)];
        if (options.Profile == GenerationProfile.Syntax || options.WithState)
        {
            texts = [.. texts, .. Stateful()];
        }

        if ((options.Profile == GenerationProfile.Syntax || options.WithRandom) && random.Chance(0.2))
        {
            return [new RandomMatch((uint)random.NextInt64(0, (1L << 31) + 1), random.Chance(0.1))];
        }

        // The IP header's parts of a text belong to the rule, not to the module.
        var parts = RuleText.Parts(random.Pick(texts), options.Family).Where(p => p is Match);
        return options.Profile == GenerationProfile.Syntax ? parts : parts.Where(p => p is not UnknownMatch);
    }

    private IReadOnlyList<string> Decidable(L4Protocol? protocol, Packet packet)
    {
        var not = random.Chance(0.15) ? "! " : "";
        var (low, high) = Range();
        var hops = options.Family == IPFamily.IPv4 ? "ttl --ttl" : "hl --hl";
        var port = packet.DestinationPort ?? random.Pick(AddressPool.Ports);
        List<string> texts =
        [
            $"-m iprange {not}--dst-range {low}-{high}",
            $"-m iprange {not}--src-range {low}-{high}",
            $"-m {hops}-gt {random.Between(1, 70)}",
            $"-m {hops}-lt {random.Between(1, 70)}",
            $"-m {hops}-eq {random.Pick([63, 64])}",
            $"-m dscp {not}--dscp 0x{random.Pick([0, 4, 0x2e]):x2}",
            $"-m tos {not}--tos 0x{random.Pick([0, 0x10, 0xb8]):x2}/0xff",
            $"-m conntrack --ctdir {random.Pick(["ORIGINAL", "REPLY"])}",
            $"-m conntrack {not}--ctproto {random.Pick([6, 17])}",
            $"-m conntrack {not}--ctorigsrc {packet.Source}",
            $"-m conntrack {not}--ctreplsrc {random.Pick(_pool.All)}",
            $"-m conntrack --ctstate {random.Pick(["NEW", "INVALID", "RELATED,ESTABLISHED", "NEW,UNTRACKED", "DNAT", "SNAT"])}",
            $"-m conntrack --ctstate NEW {not}--ctorigdst {packet.Destination}",
            $"-m addrtype {not}--src-type LOCAL --dst-type UNICAST",
        ];
        if (protocol is { HasPorts: true } known && known.Number is 6 or 17 or 132)
        {
            texts.AddRange(
            [
                $"-m multiport {not}--dports {port},{random.Pick(AddressPool.Ports)}",
                $"-m multiport {not}--sports {PacketGenerator.FirstSourcePort}:{PacketGenerator.FirstSourcePort + random.Next(1, 20)},53",
                $"-m multiport {not}--ports 80,443,8000:9000",
                $"-m conntrack {not}--ctorigdstport {port}",
                $"-m conntrack {not}--ctreplsrcport 8080",
            ]);
        }

        return texts;
    }

    private IReadOnlyList<string> Stateful()
    {
        var mask = options.Family == IPFamily.IPv4 ? "255.255.255.255" : "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff";
        return
        [
            $"-m statistic --mode nth --every {random.Between(2, 5)} --packet 1",
            $"-m recent --set --name r{random.Next(3)} --mask {mask} --rsource",
            $"-m recent --rcheck --seconds 60 --name r{random.Next(3)} --mask {mask} --rsource",
            $"-m recent --update --seconds 60 --hitcount 2 --name r{random.Next(3)} --mask {mask} --rdest",
            $"-m limit --limit {random.Between(1, 50)}/sec",
            $"-m limit --limit {random.Between(1, 50)}/min --limit-burst {random.Between(1, 20)}",
        ];
    }

    private (NetAddress Low, NetAddress High) Range()
    {
        var (a, b) = (random.Pick(_pool.All), random.Pick(_pool.All));
        return a.Bits <= b.Bits ? (a, b) : (b, a);
    }
}
