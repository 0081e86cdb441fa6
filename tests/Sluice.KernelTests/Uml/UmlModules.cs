namespace Sluice.KernelTests.Uml;

/// <summary>
/// The modules that User Mode Linux loads at start: its kernel finds none by itself. Module sctp is not among them, since its sockets lack a hash that
/// Debian does not build; the lab then speaks SCTP without.
/// </summary>
internal static class UmlModules
{
    private const string Folder = "/usr/lib/uml/modules";

    private static readonly string[] s_names =
    [
        "ip_vs", "ip_vs_rr", "ip_vs_wrr", "ip_vs_lc", "ip_vs_wlc", "ip_vs_sh", "ip_vs_mh", "ip_vs_sed", "ip_vs_nq", "ip_vs_dh",
        "ip_set", "ip_set_hash_ip", "ip_set_hash_net", "ip_set_hash_ipport", "ip_set_hash_ipportip", "ip_set_hash_ipportnet", "ip_set_hash_mac",
        "ip_set_hash_netiface", "ip_set_hash_ipmark", "ip_set_bitmap_ip", "ip_set_bitmap_ipmac", "ip_set_bitmap_port", "ip_set_list_set",
        "iptable_nat", "iptable_filter", "iptable_mangle", "iptable_raw", "ip6table_nat", "ip6table_filter", "ip6table_mangle", "ip6table_raw",
        "ipt_REJECT", "ip6t_REJECT", "xt_set", "xt_ipvs", "xt_comment", "xt_mark", "xt_addrtype", "xt_conntrack", "xt_multiport", "xt_statistic",
        "xt_recent", "xt_physdev", "xt_limit", "xt_tcpudp", "xt_sctp", "xt_MASQUERADE", "xt_nat", "xt_REDIRECT", "xt_LOG", "xt_TRACE", "xt_CT", "xt_nfacct",
        "nf_conntrack_netlink", "dummy", "veth", "bridge", "br_netfilter", "vxlan",
    ];

    /// <summary>The folder with the modules of the newest kernel that is installed; null when there is none.</summary>
    public static string? FindFolder() => Directory.Exists(Folder)
        ? Directory.GetDirectories(Folder).Where(d => File.Exists(Path.Combine(d, "modules.dep"))).OrderBy(d => d, StringComparer.Ordinal).LastOrDefault()
        : null;

    /// <summary>The files of the modules, each behind those it needs. What is not there as a file is built in, or missed by a test.</summary>
    public static IReadOnlyList<string> Files(string folder)
    {
        // "kernel/net/a.ko: kernel/net/b.ko ...": what a module needs, itself in order from the last to the first.
        var needs = File.ReadLines(Path.Combine(folder, "modules.dep"))
            .Select(line => line.Split(':', 2))
            .ToDictionary(parts => parts[0], parts => parts[1].Split(' ', StringSplitOptions.RemoveEmptyEntries));
        var byName = needs.Keys.ToLookup(path => Path.GetFileName(path).Split('.')[0]);
        return [.. s_names
            .SelectMany(name => byName[name])
            .SelectMany(path => needs[path].Reverse().Append(path))
            .Distinct()
            .Select(path => Path.Combine(folder, path))];
    }
}
