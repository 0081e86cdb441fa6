using Sluice.Net;

namespace Sluice.Netfilter.Iptables;

/// <summary>The input of one <c>iptables-restore --noflush</c>: changes table by table, in order.</summary>
/// <param name="Tables">The tables.</param>
public sealed record RestoreBatch(EquatableArray<TableChanges> Tables);
