using Sluice.Linux.Iptables;
using Sluice.Net;
using Sluice.Netfilter.Rules;

namespace Sluice.Daemon;

/// <summary>The iptables programs of this node, family by family.</summary>
internal static class NodeTools
{
    /// <summary>Finds them. IPv4 must be there; IPv6 may be missing, which is told.</summary>
    /// <exception cref="CommandFailure">They are missing or may not be used.</exception>
    public static IReadOnlyList<IptablesTools> Find(TableBackend backend, EventLog log)
    {
        var found = new List<IptablesTools>();
        foreach (var family in (IPFamily[])[IPFamily.IPv4, IPFamily.IPv6])
        {
            switch (IptablesTools.Detect(family, new IptablesToolOptions { Backend = backend }))
            {
                case IptablesDetection.Found { Tools: var tools }:
                    found.Add(tools);
                    break;
                case IptablesDetection.FamilyAbsent { Reason: var reason }:
                    log.Info("this family is not routed", ("family", family), ("reason", reason));
                    break;
                case IptablesDetection.Unusable { Problem: var problem } when found.Count > 0:
                    log.Warn("this family is not routed", ("family", family), ("reason", problem));
                    break;
                case IptablesDetection.Unusable { Problem: var problem }:
                    throw new CommandFailure(problem);
            }
        }

        return found;
    }
}
