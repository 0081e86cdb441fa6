namespace Sluice.KernelTests.Generation.Nft;

/// <summary>A chain before it has rules.</summary>
/// <param name="Name">The name.</param>
/// <param name="Scope">From where it is called.</param>
/// <param name="Header">What makes it a base chain; null for one that rules jump to.</param>
/// <param name="Priority">When a base chain is called; 0 for others.</param>
internal sealed record NftChainPlan(string Name, NftScope Scope, string? Header, int Priority);
