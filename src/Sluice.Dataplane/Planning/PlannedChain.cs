using Sluice.Net;

namespace Sluice.Dataplane.Planning;

/// <summary>A chain as planned.</summary>
/// <param name="Table">The table's name.</param>
/// <param name="Name">The chain's name.</param>
/// <param name="Rules">The options of its rules as iptables-restore takes them, in order.</param>
public sealed record PlannedChain(string Table, string Name, EquatableArray<string> Rules);
