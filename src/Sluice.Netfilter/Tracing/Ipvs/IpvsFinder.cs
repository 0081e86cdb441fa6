using Sluice.Net;
using Sluice.Netfilter.Ipvs;
using Sluice.Netfilter.Rules;

namespace Sluice.Netfilter.Tracing.Ipvs;

/// <summary>Finds the virtual server that a packet belongs to, as the kernel does (ip_vs_service_find, and conn_schedule of each protocol).</summary>
internal static class IpvsFinder
{
    // Active FTP comes from here: its connections are known already.
    private const int FtpDataPort = 20;

    /// <summary>Whether IPVS would schedule a packet of no connection that it knows: one that may begin one (tcp_conn_schedule; without sysctl sloppy_tcp).</summary>
    public static bool MayBeScheduled(TracedPacket packet) =>
        packet.SourcePort != FtpDataPort &&
        (packet.Protocol == L4Protocol.Udp ||
            (packet.Protocol == L4Protocol.Sctp && packet.Original.State != ConnectionState.Established) ||
            (packet.Protocol == L4Protocol.Tcp && (packet.Original.TcpFlags is { } flags
                ? flags.HasFlag(TcpFlags.Syn) && !flags.HasFlag(TcpFlags.Rst)
                : packet.Original.State != ConnectionState.Established)));

    /// <summary>The virtual server: by packet mark, then by address and port, then by address and any port; null when there is none.</summary>
    /// <param name="table">The virtual servers.</param>
    /// <param name="packet">The packet.</param>
    /// <param name="decide">Decides a condition for this way of the packet.</param>
    public static VirtualServer? Find(IpvsTable table, TracedPacket packet, Func<string, bool> decide) =>
        ByMark(table, packet, decide) ?? (packet.IsDestinationUnknown ? null : ByAddress(table, packet));

    private static VirtualServer? ByAddress(IpvsTable table, TracedPacket packet) =>
        (packet.DestinationPort is { } port ? table.Find(new VirtualServerKey.Address(packet.Protocol, packet.Destination, port)) : null) ??
        table.Find(new VirtualServerKey.Address(packet.Protocol, packet.Destination, 0));

    private static VirtualServer? ByMark(IpvsTable table, TracedPacket packet, Func<string, bool> decide)
    {
        if (packet.UnknownMark == 0)
        {
            return packet.Mark == 0 ? null : table.Find(new VirtualServerKey.Mark(packet.Family, packet.Mark));
        }

        foreach (var server in table.Servers)
        {
            if (server.Key is VirtualServerKey.Mark { Family: var family, Value: var mark } && family == packet.Family &&
                ((packet.Mark ^ mark) & ~packet.UnknownMark) == 0 && decide($"its packet mark is {new MaskedValue(mark, uint.MaxValue)}"))
            {
                return server;
            }
        }

        return null;
    }
}
