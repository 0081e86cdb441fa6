using Sluice.Net;

namespace Sluice.Dataplane.Planning;

/// <summary>What a mode has in iptables with or without Services.</summary>
/// <param name="Family">The address family: iptables or ip6tables.</param>
/// <param name="Chains">The chains, with the rules that are always in them.</param>
/// <param name="Jumps">
/// The jumps of the built-in chains, in the order in which each missing one is put before all other rules: the last of a built-in chain comes to
/// stand first in it.
/// </param>
public sealed record RuleLayout(IPFamily Family, IReadOnlyList<PlannedChain> Chains, IReadOnlyList<JumpRule> Jumps)
{
    /// <summary>The chain of a name in a table; null when there is none.</summary>
    public PlannedChain? Find(string table, string chain) => Chains.FirstOrDefault(c => c.Name == chain && c.Table == table);
}
