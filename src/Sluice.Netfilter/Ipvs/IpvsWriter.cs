using System.Diagnostics;
using Sluice.Net;

namespace Sluice.Netfilter.Ipvs;

/// <summary>
/// Writes virtual servers as input of <c>ipvsadm -R</c>, in the form of <c>ipvsadm -Sn</c>, with the thresholds that form leaves out: what
/// <see cref="SnapshotReader"/> reads back to the same value, but for <see cref="ForwardingMethod.LocalNode"/>, which nobody can ask for.
/// </summary>
public static class IpvsWriter
{
    /// <summary>Writes all virtual servers, each followed by its real servers.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="table">The virtual servers.</param>
    public static void Write(TextWriter output, IpvsTable table)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(table);
        foreach (var server in table.Servers)
        {
            Write(output, server);
        }
    }

    /// <summary>Writes one virtual server and its real servers.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="server">The virtual server.</param>
    public static void Write(TextWriter output, VirtualServer server)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(server);
        var key = KeyOptions(server.Key);
        output.Write($"-A {key} -s {server.Scheduler}");
        if (server.PersistenceSeconds is { } seconds)
        {
            output.Write($" -p {seconds}");
        }

        if (server.PersistencePrefixLength is { } length)
        {
            output.Write($" -M {(server.Key.PacketFamily == IPFamily.IPv4 ? new NetAddress(IPFamily.IPv4, Prefix.Of(NetAddress.V4(0), length).Mask) : length)}");
        }

        output.Write(server.PersistenceEngine is { } engine ? $" --pe {engine}" : "");
        output.Write(server.SchedulesEachPacket ? " -o" : "");
        output.Write(server.SchedulerFlags == SchedulerFlags.None ? "" : $" -b {SchedulerFlagWords.Write(server.Scheduler, server.SchedulerFlags)}");
        output.Write('\n');
        foreach (var real in server.RealServers)
        {
            output.Write($"-a {key} -r {real} {MethodOptions(real)}\n");
        }
    }

    private static string KeyOptions(VirtualServerKey key) => key switch
    {
        VirtualServerKey.Address { Protocol: var protocol } address when protocol == L4Protocol.Tcp => $"-t {address.IP.WithPort(address.Port)}",
        VirtualServerKey.Address { Protocol: var protocol } address when protocol == L4Protocol.Udp => $"-u {address.IP.WithPort(address.Port)}",
        VirtualServerKey.Address address => $"--sctp-service {address.IP.WithPort(address.Port)}",
        VirtualServerKey.Mark { Family: IPFamily.IPv6 } mark => $"-f {mark.Value} -6",
        VirtualServerKey.Mark mark => $"-f {mark.Value}",
        _ => throw new UnreachableException(),
    };

    private static string MethodOptions(RealServer real)
    {
        var method = real.Method switch
        {
            ForwardingMethod.Masquerading => "-m",
            ForwardingMethod.Tunneling => "-i",
            ForwardingMethod.DirectRouting or ForwardingMethod.LocalNode => "-g",
            _ => throw new UnreachableException(),
        };
        var upper = real.UpperThreshold > 0 ? $" -x {real.UpperThreshold}" : "";
        var lower = real.LowerThreshold > 0 ? $" -y {real.LowerThreshold}" : "";
        return $"{method} -w {real.Weight}{upper}{lower}{(real.Method == ForwardingMethod.Tunneling ? TunnelOptions(real.Tunnel) : "")}";
    }

    private static string TunnelOptions(TunnelEncapsulation? tunnel)
    {
        var checksum = tunnel?.Checksum switch
        {
            TunnelChecksum.Whole => "--tun-csum",
            TunnelChecksum.Remote => "--tun-remcsum",
            _ => "--tun-nocsum",
        };
        return tunnel switch
        {
            null => " --tun-type ipip",
            { Kind: TunnelKind.Gre } => $" --tun-type gre {checksum}",
            _ => $" --tun-type gue --tun-port {tunnel.Port} {checksum}",
        };
    }
}
