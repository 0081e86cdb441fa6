using Sluice.Net;
using Sluice.Netfilter.Rules;

namespace Sluice.Linux.Iptables;

/// <summary>The installed iptables programs of one family that belong together.</summary>
/// <param name="Family">The family: iptables or ip6tables.</param>
/// <param name="Backend">Which kernel tables they write.</param>
/// <param name="Version">Their version, such as 1.8.9.</param>
/// <param name="Command">The file of <c>iptables</c>.</param>
/// <param name="Restore">The file of <c>iptables-restore</c>.</param>
/// <param name="Save">The file of <c>iptables-save</c>.</param>
public sealed record IptablesPrograms(IPFamily Family, TableBackend Backend, Version Version, string Command, string Restore, string Save)
{
    /// <summary>The first version whose iptables-restore waits for the lock for a given time (<c>-w SECONDS</c>); the first with <c>--random-fully</c> too.</summary>
    public static Version Oldest { get; } = new(1, 6, 2);
}
