using System.Text;

namespace Sluice.Netfilter.Net;

/// <summary>The port names that <c>iptables -L</c> without <c>-n</c> prints most often (IANA service names).</summary>
internal static class ServiceNames
{
    private static readonly (string Name, ushort Port)[] s_names =
    [
        ("http", 80), ("https", 443), ("ssh", 22), ("domain", 53), ("ftp", 21), ("ftp-data", 20), ("telnet", 23), ("smtp", 25),
        ("tftp", 69), ("kerberos", 88), ("pop3", 110), ("sunrpc", 111), ("ntp", 123), ("imap2", 143), ("imap", 143), ("snmp", 161),
        ("snmp-trap", 162), ("bgp", 179), ("ldap", 389), ("ldaps", 636), ("microsoft-ds", 445), ("isakmp", 500), ("syslog", 514),
        ("submission", 587), ("submissions", 465), ("urd", 465), ("domain-s", 853), ("rsync", 873), ("imaps", 993), ("pop3s", 995),
        ("openvpn", 1194), ("ms-sql-s", 1433), ("radius", 1812), ("nfs", 2049), ("mysql", 3306), ("ms-wbt-server", 3389),
        ("ipsec-nat-t", 4500), ("sip", 5060), ("xmpp-client", 5222), ("mdns", 5353), ("postgresql", 5432), ("amqp", 5672),
        ("x11", 6000), ("redis", 6379), ("http-alt", 8080), ("webcache", 8080), ("zabbix-agent", 10050), ("bootps", 67),
        ("bootpc", 68), ("netbios-ns", 137), ("netbios-dgm", 138), ("netbios-ssn", 139), ("auth", 113), ("git", 9418),
        ("etcd-client", 2379), ("etcd-server", 2380), ("docker", 2375), ("epmap", 135), ("loc-srv", 135), ("socks", 1080),
    ];

    public static bool TryFind(ReadOnlySpan<byte> name, out ushort port)
    {
        foreach (var (candidate, number) in s_names)
        {
            if (Ascii.EqualsIgnoreCase(name, candidate))
            {
                port = number;
                return true;
            }
        }

        port = 0;
        return false;
    }
}
