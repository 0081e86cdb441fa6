using Sluice.Linux;

namespace Sluice.Daemon;

/// <summary>The kernel settings that Service traffic depends on.</summary>
internal static class NodeSysctls
{
    private const string Localnet = "net.ipv4.conf.all.route_localnet";
    private const string Forward = "net.ipv4.ip_forward";
    private const string BeLiberal = "net.netfilter.nf_conntrack_tcp_be_liberal";

    /// <summary>Whether packets that fit no connection are to be dropped: not where the kernel takes them for part of one.</summary>
    public static bool DropsInvalid => Sysctl.Read(BeLiberal).Value is null or "0";

    /// <summary>Lets node ports answer on 127.0.0.1, which the kernel does not translate unless asked to.</summary>
    public static void AllowLocalhostNodePorts(EventLog log)
    {
        if (Sysctl.Read(Localnet).Value == "1")
        {
            return;
        }

        if (Sysctl.Write(Localnet, "1").Problem is { } problem)
        {
            log.Warn("node ports will not answer on 127.0.0.1; say --iptables-localhost-nodeports=false to do without", ("problem", problem));
        }
        else
        {
            log.Info("node ports answer on 127.0.0.1; a rule keeps others out of it", ("sysctl", Localnet), ("value", 1));
        }
    }

    /// <summary>Tells when nothing can be forwarded. As kube-proxy in this mode, leaves it to whoever configures pods' network.</summary>
    public static void CheckForwarding(EventLog log)
    {
        if (Sysctl.Read(Forward).Value == "0")
        {
            log.Warn("this node forwards nothing: Services work for its own traffic only until that is 1", ("sysctl", Forward), ("value", 0));
        }
    }
}
