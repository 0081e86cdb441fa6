using Sluice.Net;
using Sluice.Netfilter.Ipsets;
using Sluice.Netfilter.Rules;

namespace Sluice.KernelTests.Generation;

/// <summary>One generated question: rules and packets for them.</summary>
/// <param name="Seed">Makes the same case again.</param>
/// <param name="Rules">The rules, all of one family.</param>
/// <param name="Packets">Packets, each the first of a connection: with a source port of its own; ICMP echoes need ids of their own.</param>
public sealed record GeneratedCase(int Seed, Ruleset Rules, IReadOnlyList<Packet> Packets)
{
    /// <summary>The ipsets that the rules ask; they must exist before the rules are loaded.</summary>
    public IpSetTable Sets { get; init; } = IpSetTable.Empty;
}
