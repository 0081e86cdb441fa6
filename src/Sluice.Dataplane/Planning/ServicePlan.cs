using Sluice.Net;

namespace Sluice.Dataplane.Planning;

/// <summary>All rules of one Service port.</summary>
/// <param name="Chains">Chains that are the port's own.</param>
/// <param name="Dispatch">Its rules in the chains shared by all Services; those of one chain in their order.</param>
public sealed record ServicePlan(EquatableArray<PlannedChain> Chains, EquatableArray<PlannedRule> Dispatch);
