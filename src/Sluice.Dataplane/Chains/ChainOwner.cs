namespace Sluice.Dataplane.Chains;

/// <summary>Who made a chain and what it is for.</summary>
/// <param name="Owner">The program, e.g. <c>kube-proxy</c>.</param>
/// <param name="Purpose">What the chain does, one sentence.</param>
public sealed record ChainOwner(string Owner, string Purpose);
