using Sluice.Netfilter;
using Sluice.Netfilter.Text;

namespace Sluice.Tests.Services;

/// <summary>Rules that several tests look at.</summary>
internal static class Cases
{
    /// <summary>A listing copied by hand from a node of Kubernetes 1.12: most chains are cut.</summary>
    public const string Listing = """
        ➜ ~ iptables -t nat -nL
        Chain PREROUTING (policy ACCEPT)
        target prot opt source destination
        KUBE-SERVICES all -- 0.0.0.0/0 0.0.0.0/0 /* kubernetes service portals */
        Chain OUTPUT (policy ACCEPT)
        target prot opt source destination
        KUBE-SERVICES all -- 0.0.0.0/0 0.0.0.0/0 /* kubernetes service portals */
        DOCKER all -- 0.0.0.0/0 !127.0.0.0/8 ADDRTYPE match dst-type LOCAL
        # All services are in this Chain, very long
        Chain KUBE-SERVICES (2 references)
        target prot opt source destination
        KUBE-MARK-MASQ tcp -- !172.31.0.0/16 172.30.5.207 /* default/testsvc: cluster IP */ tcp dpt:443
        KUBE-SVC-M42ZCW2EYUCRBVAF tcp -- 0.0.0.0/0 172.30.5.207 /* default/testsvc: cluster IP */ tcp dpt:443
        ......
        KUBE-FW-M42ZCW2EYUCRBVAF tcp -- 0.0.0.0/0 172.6.6.6 /* default/testsvc: loadbalancer IP */ tcp dpt:443
        # Mark packets passing through
        Chain KUBE-MARK-MASQ (522 references)
        target prot opt source destination
        MARK all -- 0.0.0.0/0 0.0.0.0/0 MARK or 0x4000
        Chain KUBE-XLB-M42ZCW2EYUCRBVAF (2 references)
        target prot opt source destination
        KUBE-SVC-M42ZCW2EYUCRBVAF all -- 172.31.0.0/16 0.0.0.0/0 /* Redirect pods trying to reach external loadbalancer VIP to clusterIP */
        KUBE-MARK-DROP all -- 0.0.0.0/0 0.0.0.0/0 /* default/testsvc: has no local endpoints */
        Chain KUBE-SVC-M42ZCW2EYUCRBVAF (2 references)
        target prot opt source destination
        KUBE-SEP-EA7TYKWK2S6G4PQR all -- 0.0.0.0/0 0.0.0.0/0 statistic mode random probability 0.14286000002
        KUBE-SEP-ZJI36FVTROQF5MX7 all -- 0.0.0.0/0 0.0.0.0/0 statistic mode random probability 0.16667000018
        KUBE-SEP-JLGUPWE7JCRU2AGG all -- 0.0.0.0/0 0.0.0.0/0 statistic mode random probability 0.20000000019
        KUBE-SEP-GCNPY23RDN22AOTX all -- 0.0.0.0/0 0.0.0.0/0 statistic mode random probability 0.25000000000
        KUBE-SEP-FNDISD3HQYKEHL3T all -- 0.0.0.0/0 0.0.0.0/0 statistic mode random probability 0.33332999982
        KUBE-SEP-3RWVMCKITDQWELSA all -- 0.0.0.0/0 0.0.0.0/0 statistic mode random probability 0.50000000000
        KUBE-SEP-BVMKBOC4GGNJ3567 all -- 0.0.0.0/0 0.0.0.0/0
        Chain KUBE-SEP-BVMKBOC4GGNJ3567 (1 references)
        # 172.31.9.52 is pod virtual IP
        target prot opt source destination
        KUBE-MARK-MASQ all -- 172.31.9.52 0.0.0.0/0
        DNAT tcp -- 0.0.0.0/0 0.0.0.0/0 tcp to:172.31.9.52:80
        Chain KUBE-FW-M42ZCW2EYUCRBVAF (1 references)
        target prot opt source destination
        KUBE-XLB-M42ZCW2EYUCRBVAF all -- 0.0.0.0/0 0.0.0.0/0 /* default/testsvc: loadbalancer IP */
        KUBE-MARK-DROP all -- 0.0.0.0/0 0.0.0.0/0 /* default/testsvc: loadbalancer IP */
        Chain KUBE-MARK-DROP (60 references)
        target prot opt source destination
        MARK all -- 0.0.0.0/0 0.0.0.0/0 MARK or 0x8000
        """;

    public static NodeSnapshot Read(string text) => SnapshotReader.Read([SourceText.Of("case", text)]).Snapshot;

    /// <summary>An iptables-save text of nat (and filter) rules; chains are declared for them.</summary>
    public static string Save(string nat, string filter = "") =>
        Table("filter", filter, "INPUT", "FORWARD", "OUTPUT") + Table("nat", nat, "PREROUTING", "INPUT", "OUTPUT", "POSTROUTING");

    private static string Table(string name, string rules, params string[] builtin)
    {
        var lines = rules.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var chains = lines.Select(l => l.Split(' ')[1]).Distinct(StringComparer.Ordinal).Except(builtin, StringComparer.Ordinal);
        return $"*{name}\n{string.Concat(builtin.Select(b => $":{b} ACCEPT [0:0]\n"))}{string.Concat(chains.Select(c => $":{c} - [0:0]\n"))}{string.Concat(lines.Select(l => l + "\n"))}COMMIT\n";
    }
}
