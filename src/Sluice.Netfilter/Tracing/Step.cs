using Sluice.Netfilter.Ipvs;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Rules.Sets;

namespace Sluice.Netfilter.Tracing;

/// <summary>One rule that a packet matched on its way, the policy that ended a base chain, or what IPVS did (in table <c>ipvs</c>, a chain for each virtual server).</summary>
/// <param name="Hook">The hook.</param>
/// <param name="Table">The table.</param>
/// <param name="Chain">The chain.</param>
/// <param name="RuleNumber">The rule's number in its chain, from 1; 0 for the policy and for IPVS.</param>
/// <param name="Rule">The rule; null for the policy and for IPVS.</param>
/// <param name="Action">What it did, e.g. <c>Jump KUBE-SVC-X</c>, <c>Accept</c>, <c>DNAT 10.0.0.1:80</c>, <c>Mark 0x4000</c>.</param>
/// <param name="Depth">How many jumps deep the chain was entered; 0 in a base chain.</param>
public sealed record Step(Hook Hook, Table Table, Chain Chain, int RuleNumber, Rule? Rule, string Action, int Depth)
{
    /// <summary>The probability of a random match in the rule; null when the rule has none.</summary>
    public Probability? Chance { get; init; }

    /// <summary>The element of a verdict map that the rule found; null for other rules.</summary>
    public SetElement? Element { get; init; }

    /// <summary>The virtual server of IPVS that the packet came to; null for rules and policies.</summary>
    public VirtualServer? VirtualServer { get; init; }

    /// <summary>Where IPVS sends the packet, in words: address and port of the real server, or how it gets there; null for rules, policies and answers.</summary>
    public string? SentTo { get; init; }

    /// <summary>Whether it is the policy of a base chain.</summary>
    public bool IsPolicy => Rule is null && VirtualServer is null;

    /// <summary>The verdict that the rule came to: its last one, or that of the element it found; null when it has none.</summary>
    public Verdict? Verdict => Element?.Verdict ?? Rule?.Verdict;

    /// <summary>The comment of the ipset entry that a match of the rule found; null without one.</summary>
    public string? EntryComment { get; init; }

    /// <summary>The comment of the element or entry that the rule found, or else the rule's own; null without one.</summary>
    public string? Comment => Element?.Comment ?? EntryComment ?? Rule?.Comment;

    /// <summary>The line of the dump; 0 when there is none.</summary>
    public int Line => Rule?.Source.Line ?? Chain.Source.Line;

    /// <summary>
    /// The rule as the dump has it, or as iptables-save or nft would print it; for a policy <c>policy ACCEPT</c>, for IPVS
    /// <c>virtual server tcp 10.96.0.10:80 rr</c>.
    /// </summary>
    public string Text => VirtualServer is { } server ? $"virtual server {server.Key} {server.Scheduler}{(server.PersistenceSeconds is { } time ? $" persistent {time}" : "")}"
        : Rule is null
        ? $"policy {Chain.Base?.Policy.ToString().ToUpperInvariant()}"
        : Rule.Source.Text is { Length: > 0 } text && text[0] != '{' ? text : Written(Rule);

    // A rule read from JSON has a text that nobody reads: it is of nftables, whoever keeps its table.
    private string Written(Rule rule) => Table.Backend == TableBackend.Nftables || rule.Source.Source is not null
        ? Nftables.NftWriter.Write(rule, Table.Family)
        : $"-A {Chain.Name} {Iptables.RestoreWriter.Write(rule)}".TrimEnd();
}
