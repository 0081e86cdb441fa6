using System.Diagnostics;
using Sluice.Linux.Interop;
using Sluice.Linux.Netlink.Generic;
using Sluice.Net;
using Sluice.Netfilter.Ipvs;

namespace Sluice.Linux.Netlink.Ipvs;

/// <summary>A connection to IPVS of the network namespace of the thread that opened it (IPVS of generic netlink). One thread at a time may use it.</summary>
public sealed class IpvsConnection : IDisposable
{
    // Loading a module may take a while, and the kernel answers then.
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(20);

    // As kube-proxy's; nobody has the address (RFC 5737).
    private static readonly VirtualServerKey s_trialKey = new VirtualServerKey.Address(L4Protocol.Tcp, NetAddress.Parse("198.51.100.0"), 20000);

    private readonly NetlinkSocket _socket;
    private readonly NetlinkWriter _request = new();
    private readonly ushort _family;

    private IpvsConnection(NetlinkSocket socket, ushort family) => (_socket, _family) = (socket, family);

    /// <summary>Opens a connection; the kernel loads IPVS where it can. Null when it has none, or the process not the right to it.</summary>
    /// <param name="problem">Why there is none, and what to do, in one sentence.</param>
    public static IpvsConnection? TryOpen(out string? problem) => Open(GenericNetlink.Resolve, out problem);

    /// <summary>Opens a connection without loading anything: null where IPVS is not in use.</summary>
    /// <param name="problem">Why it cannot be asked, in one sentence; null also where it is not in use.</param>
    public static IpvsConnection? TryOpenLoaded(out string? problem)
    {
        var isLoaded = true;
        var connection = Open(
            (NetlinkSocket socket, string name, out ushort id) =>
            {
                var fault = GenericNetlink.Find(socket, name, out id);
                isLoaded = fault?.Errno != Libc.ENOENT;
                return fault;
            },
            out problem);
        problem = isLoaded ? problem : null;
        return connection;
    }

    /// <summary>Reads all virtual servers with their real servers and what these are counted to do. Virtual servers that come or go meanwhile may be missed.</summary>
    /// <returns>Why they cannot be read, in one sentence; null when they were.</returns>
    public string? Read(out IpvsTable table)
    {
        var servers = new List<VirtualServer>();
        Begin(IpvsNumbers.IPVS_CMD_GET_SERVICE, NetlinkMessages.NLM_F_DUMP);
        var fault = _socket.Ask(_request, GenericNetlink.HeaderBytes, attributes =>
        {
            if (ServerReader.ReadServer(attributes) is { } server)
            {
                servers.Add(server);
            }
        });
        for (var i = 0; i < servers.Count && fault is null; i++)
        {
            fault = AskRealServers(servers[i].Key, out var reals);
            servers[i] = servers[i] with { RealServers = reals };
        }

        table = new IpvsTable(servers.ToEquatableArray());
        return fault?.Describe("the list of virtual servers");
    }

    /// <summary>Reads the real servers of one virtual server; none when it does not exist.</summary>
    /// <returns>Why they cannot be read, in one sentence; null when they were.</returns>
    public string? ReadRealServers(VirtualServerKey key, out EquatableArray<RealServer> servers)
    {
        ArgumentNullException.ThrowIfNull(key);
        return AskRealServers(key, out servers)?.Describe($"the list of real servers of virtual server {key}");
    }

    /// <summary>Sets how long idle connections are remembered.</summary>
    /// <returns>Why that was refused, in one sentence; null when it was not.</returns>
    public string? SetTimeouts(IpvsTimeouts timeouts)
    {
        ArgumentNullException.ThrowIfNull(timeouts);
        Begin(IpvsNumbers.IPVS_CMD_SET_CONFIG, NetlinkMessages.NLM_F_ACK);
        WriteTimeout(IpvsNumbers.IPVS_CMD_ATTR_TIMEOUT_TCP, timeouts.Tcp);
        WriteTimeout(IpvsNumbers.IPVS_CMD_ATTR_TIMEOUT_TCP_FIN, timeouts.TcpFin);
        WriteTimeout(IpvsNumbers.IPVS_CMD_ATTR_TIMEOUT_UDP, timeouts.Udp);
        return _socket.Ask(_request, GenericNetlink.HeaderBytes, _ => { })?.Describe("the time that IPVS remembers connections for");
    }

    /// <summary>
    /// Whether the kernel has a scheduler; it loads the scheduler's module where it can. The kernel does not tell, so a virtual server of an address that
    /// nobody has is added with it and removed again, in one send.
    /// </summary>
    /// <returns>Why it cannot be used, in one sentence; null when it can.</returns>
    public string? CheckScheduler(string name)
    {
        using var sender = NewSender();
        sender.Begin();
        sender.Add(new IpvsStep.RemoveServer(s_trialKey), 0);
        sender.Add(new IpvsStep.AddServer(new VirtualServer(s_trialKey) { Scheduler = name }), 1);
        sender.Add(new IpvsStep.RemoveServer(s_trialKey), 2);
        var fault = sender.Send();
        return fault?.Describe($"scheduler \"{name}\"") ?? sender.Refusals?[0].Message;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _request.Dispose();
        _socket.Dispose();
    }

    /// <summary>What carries out the steps about servers.</summary>
    internal ServerStepSender NewSender() => new(_socket, _family);

    private delegate NetlinkFault? FamilyFinder(NetlinkSocket socket, string name, out ushort id);

    private static IpvsConnection? Open(FamilyFinder finder, out string? problem)
    {
        var socket = NetlinkSocket.TryOpen(Libc.NETLINK_GENERIC, s_timeout, out var errno);
        if (socket is null)
        {
            problem = new NetlinkFault(errno).Describe("a socket for IPVS");
            return null;
        }

        socket.SizeReceiveRoom(StepSender.AnswerBytes);
        if (finder(socket, IpvsNumbers.IPVS_GENL_NAME, out var family) is { } absence)
        {
            problem = absence.Errno == Libc.ENOENT
                ? "this kernel has no IPVS, or may not load it: run modprobe ip_vs on the host, or choose another proxy mode"
                : absence.Describe("IPVS");
            socket.Dispose();
            return null;
        }

        var connection = new IpvsConnection(socket, family);
        connection.Begin(IpvsNumbers.IPVS_CMD_GET_INFO, NetlinkMessages.NLM_F_ACK);
        if (connection._socket.Ask(connection._request, GenericNetlink.HeaderBytes, _ => { }) is { } refusal)
        {
            problem = refusal.Errno == Libc.EPERM ? NetworkPrivilege.MissingForIpvs : refusal.Describe("IPVS");
            connection.Dispose();
            return null;
        }

        problem = null;
        return connection;
    }

    private NetlinkFault? AskRealServers(VirtualServerKey key, out EquatableArray<RealServer> servers)
    {
        var family = key switch
        {
            VirtualServerKey.Address a => a.IP.Family,
            VirtualServerKey.Mark m => m.Family,
            _ => throw new UnreachableException(),
        };
        var found = new List<RealServer>();
        Begin(IpvsNumbers.IPVS_CMD_GET_DEST, NetlinkMessages.NLM_F_DUMP);
        ServerWriter.WriteKey(_request, key);
        var fault = _socket.Ask(_request, GenericNetlink.HeaderBytes, attributes =>
        {
            if (ServerReader.ReadReal(attributes, family) is { } real)
            {
                found.Add(real);
            }
        });
        servers = found.ToEquatableArray();
        return fault;
    }

    private void Begin(byte command, ushort flags)
    {
        _request.Clear();
        _request.BeginMessage(_family, flags, [command, IpvsNumbers.IPVS_GENL_VERSION, 0, 0]);
    }

    private void WriteTimeout(int attribute, TimeSpan? time)
    {
        if (time is { TotalSeconds: >= 1 and var seconds })
        {
            _request.HostUInt32(attribute, (uint)seconds);
        }
    }
}
