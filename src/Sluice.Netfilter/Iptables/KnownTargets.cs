using System.Collections.Frozen;

namespace Sluice.Netfilter.Iptables;

/// <summary>Targets of iptables that are kept verbatim: known not to be the name of a chain.</summary>
internal static class KnownTargets
{
    private static readonly FrozenSet<string> s_names = new[]
    {
        "CLUSTERIP", "DNPT", "ERROR", "HMARK", "LED", "MIRROR", "SAME",
        "SNPT", "SYNPROXY", "TARPIT", "ULOG", "ACCOUNT", "CHAOS", "DELUDE", "DHCPMAC", "ECHO", "LOGMARK",
        "PROTO", "RAWNAT", "RAWDNAT", "RAWSNAT", "SYSRQ", "XCFG", "NAT", "FLOWOFFLOAD", "DNETMAP", "IPMARK", "STEAL", "VLAN",
    }.ToFrozenSet(StringComparer.Ordinal);

    public static bool Contains(string name) => s_names.Contains(name);
}
