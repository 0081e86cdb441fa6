using Sluice.Net;
using Sluice.Netfilter.Ipvs;
using Sluice.Netfilter.Tracing.Ipvs;

namespace Sluice.Netfilter.Tracing;

/// <summary>One way a packet may go, with how likely it is.</summary>
/// <param name="Disposition">How it ends.</param>
/// <param name="Probability">How likely, given the conditions. For any one answer to all conditions the outcomes that fit sum to 1.</param>
public sealed record Outcome(Disposition Disposition, Probability Probability)
{
    private IReadOnlyList<Step>? _path;

    /// <summary>The destination after translation; null when the kernel picks one the snapshot does not tell.</summary>
    public NetAddress? Destination { get; init; }

    /// <summary>The map of nftables that holds the destination, when rules fill it and the dump did not show it, e.g. <c>@affinity</c>; else null.</summary>
    public string? DestinationMap { get; init; }

    /// <summary>The destination port after translation; null without one.</summary>
    public int? DestinationPort { get; init; }

    /// <summary>The real server that IPVS chose; null when IPVS did not balance the packet.</summary>
    public RealServer? RealServer => Balancing?.Real;

    /// <summary>The source after translation; null when it becomes an address that the snapshot does not tell.</summary>
    public NetAddress? Source { get; init; }

    /// <summary>The source port after translation; null without one, or when it is drawn at random.</summary>
    public int? SourcePort { get; init; }

    /// <summary>Whether the source is rewritten to an address of the node.</summary>
    public bool Masquerade { get; init; }

    /// <summary>The packet mark at the end.</summary>
    public uint Mark { get; init; }

    /// <summary>The connection mark at the end; null when not known.</summary>
    public uint? ConnectionMark { get; init; }

    /// <summary>The interface it leaves by; null when not known or not leaving.</summary>
    public string? OutInterface { get; init; }

    /// <summary>The circumstances that this way supposes, as clauses that begin with <c>if</c> or <c>unless</c>.</summary>
    public IReadOnlyList<string> Conditions { get; init; } = [];

    /// <summary>Why it ended so, or how it is delivered when that is not plain, in words; null for a plain delivery.</summary>
    public string? Reason { get; init; }

    /// <summary>What the sender is told when rejected, in iptables' words; null otherwise.</summary>
    public string? RejectWith { get; init; }

    /// <summary>Whether a match or target that is not known lies on the way.</summary>
    public bool IsAmbiguous { get; init; }

    /// <summary>The rules it matched, in order.</summary>
    public IReadOnlyList<Step> Path => _path ??= Steps?.ToPath() ?? [];

    /// <summary>How many rules the kernel compares it with on this way.</summary>
    public int RulesEvaluated { get; init; }

    /// <summary>The same by hook, e.g. PREROUTING; only hooks that evaluated rules.</summary>
    public IReadOnlyList<HookCost> CostByHook => [.. RulesByHook.Select((n, hook) => new HookCost((Rules.Hook)hook, n)).Where(c => c.Rules > 0)];

    /// <summary>Whether it supposes nothing to hold that holds for some packets only, such as that the client was seen before.</summary>
    public bool IsPlain => Conditions.All(c => c.StartsWith("unless ", StringComparison.Ordinal));

    /// <summary>Whether it is delivered, to a socket here or to another host.</summary>
    public bool IsDelivered => Disposition is Disposition.Forwarded or Disposition.Accepted;

    /// <summary>The steps as the walk left them; few of many outcomes are ever read step by step.</summary>
    internal StepList? Steps { get; init; }

    /// <summary>Rules compared, by hook.</summary>
    internal int[] RulesByHook { get; init; } = [];

    /// <summary>The connection that IPVS then holds; null without one.</summary>
    internal IpvsConnection? Balancing { get; init; }

    /// <summary>The connection that connection tracking then holds; null when none was confirmed.</summary>
    internal Connection? Connection { get; init; }
}

/// <summary>Rules compared at one hook.</summary>
/// <param name="Hook">The hook.</param>
/// <param name="Rules">How many.</param>
public sealed record HookCost(Rules.Hook Hook, int Rules);
