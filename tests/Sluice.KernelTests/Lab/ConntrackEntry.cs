namespace Sluice.KernelTests.Lab;

/// <summary>A connection the node's kernel knows.</summary>
/// <param name="Original">As its first packet came.</param>
/// <param name="Reply">As an answer is expected: NAT is what differs.</param>
/// <param name="Status">IPS_* bits; 0x10 source and 0x20 destination NAT.</param>
/// <param name="Mark">Connection mark.</param>
/// <param name="Zone">Zone; 0 without one.</param>
public sealed record ConntrackEntry(ConntrackTuple Original, ConntrackTuple Reply, uint Status, uint Mark, ushort Zone);
