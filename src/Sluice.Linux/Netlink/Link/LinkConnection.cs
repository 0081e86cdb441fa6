using System.Runtime.InteropServices;
using Sluice.Linux.Interop;
using Sluice.Net;

namespace Sluice.Linux.Netlink.Link;

/// <summary>
/// Makes and removes dummy interfaces, and reads their addresses, in the network namespace of the thread that opened it (rtnetlink). One
/// thread at a time may use it.
/// </summary>
public sealed class LinkConnection : IDisposable
{
    private const string DummyKind = "dummy";
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(20);

    private readonly NetlinkSocket _socket;
    private readonly NetlinkWriter _request = new();

    private LinkConnection(NetlinkSocket socket) => _socket = socket;

    /// <summary>Opens a connection; null when no file descriptor is left.</summary>
    /// <param name="problem">Why there is none, in one sentence.</param>
    public static LinkConnection? TryOpen(out string? problem)
    {
        var socket = NetlinkSocket.TryOpen(Libc.NETLINK_ROUTE, s_timeout, out var errno, isStrict: true);
        problem = socket is null ? new NetlinkFault(errno).Describe("a socket for network interfaces") : null;
        socket?.SizeReceiveRoom(StepSender.AnswerBytes);
        return socket is null ? null : new LinkConnection(socket);
    }

    /// <summary>
    /// Makes a dummy interface where there is no interface of that name. It stays down, as kube-proxy's: the node answers for the addresses
    /// of an interface that is down too, and nothing is ever sent through it.
    /// </summary>
    /// <returns>Why there is none, and what to do, in one sentence; null when it is there.</returns>
    public string? EnsureDummy(string name) => Describe(TryEnsureDummy(name, out _), name);

    /// <summary>Removes an interface with its addresses; one that is not there is no problem.</summary>
    /// <returns>Why it is still there, in one sentence; null when it is not.</returns>
    public string? Remove(string name)
    {
        Begin(Rtnetlink.RTM_DELLINK, NetlinkMessages.NLM_F_ACK, new byte[Rtnetlink.LinkHeaderBytes]);
        _request.Text(Rtnetlink.IFLA_IFNAME, name);
        return _socket.Ask(_request, (_, _) => { }) is { Errno: not Libc.ENODEV } fault ? Describe(fault, name) : null;
    }

    /// <summary>Reads the addresses of an interface; none when it is not there.</summary>
    /// <returns>Why they cannot be read, in one sentence; null when they were.</returns>
    public string? ReadAddresses(string name, out IReadOnlyList<NetAddress> addresses)
    {
        var found = new List<NetAddress>();
        addresses = found;
        var fault = FindIndex(name, out var index);
        if (fault is null)
        {
            fault = AskAddresses(index, found);
        }

        return fault is { Errno: not Libc.ENODEV } ? fault.Describe($"the list of addresses of interface {name}") : null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _request.Dispose();
        _socket.Dispose();
    }

    /// <summary>What carries out the steps about addresses.</summary>
    /// <param name="name">The interface that has them.</param>
    internal AddressStepSender NewSender(string name) => new(_socket, this, name);

    /// <summary>The index of an interface, which is made where there is none.</summary>
    /// <returns>Why there is none.</returns>
    internal NetlinkFault? TryEnsureDummy(string name, out int index)
    {
        Begin(Rtnetlink.RTM_NEWLINK, NetlinkMessages.NLM_F_ACK | NetlinkMessages.NLM_F_CREATE | NetlinkMessages.NLM_F_EXCL, new byte[Rtnetlink.LinkHeaderBytes]);
        _request.Text(Rtnetlink.IFLA_IFNAME, name);
        var info = _request.BeginNest(Rtnetlink.IFLA_LINKINFO);
        _request.Text(Rtnetlink.IFLA_INFO_KIND, DummyKind);
        _request.EndNest(info);
        index = 0;
        return _socket.Ask(_request, (_, _) => { }) is { Errno: not Libc.EEXIST } fault ? fault : FindIndex(name, out index);
    }

    /// <summary>One sentence about an interface that cannot be made, or not be removed.</summary>
    internal static string? Describe(NetlinkFault? fault, string name) => fault switch
    {
        null => null,
        { Errno: Libc.EPERM } => NetworkPrivilege.Missing,
        { Errno: Libc.EOPNOTSUPP } => $"this kernel has no dummy interfaces, or may not load them, so there is no {name}: run modprobe dummy on the host, or choose another proxy mode",
        _ => fault.Describe($"interface {name}"),
    };

    /// <summary>The index of an interface.</summary>
    /// <returns>Why there is none: ENODEV when there is no interface of that name.</returns>
    internal NetlinkFault? FindIndex(string name, out int index)
    {
        var found = 0;
        Begin(Rtnetlink.RTM_GETLINK, NetlinkMessages.NLM_F_ACK, new byte[Rtnetlink.LinkHeaderBytes]);
        _request.Text(Rtnetlink.IFLA_IFNAME, name);
        var fault = _socket.Ask(_request, (type, body) =>
        {
            if (type == Rtnetlink.RTM_NEWLINK && body.Length >= Rtnetlink.LinkHeaderBytes)
            {
                found = MemoryMarshal.Read<int>(body[Rtnetlink.IndexOffset..]);
            }
        });
        index = found;
        return fault;
    }

    private NetlinkFault? AskAddresses(int index, List<NetAddress> found)
    {
        var header = new byte[Rtnetlink.AddressHeaderBytes];
        MemoryMarshal.Write(header.AsSpan(Rtnetlink.IndexOffset), index);
        Begin(Rtnetlink.RTM_GETADDR, NetlinkMessages.NLM_F_DUMP, header);
        return _socket.Ask(_request, (type, body) =>
        {
            // Kernels before 4.20 do not look at the index.
            if (type != Rtnetlink.RTM_NEWADDR || body.Length < Rtnetlink.AddressHeaderBytes || MemoryMarshal.Read<int>(body[Rtnetlink.IndexOffset..]) != index)
            {
                return;
            }

            // IPv4 has its own address in IFA_LOCAL and that of the other end in IFA_ADDRESS; IPv6 has its own there where there is no other end.
            var attributes = body[Rtnetlink.AddressHeaderBytes..];
            var own = NetlinkReader.Find(attributes, Rtnetlink.IFA_LOCAL);
            if (NetlinkAddress.Read(own.IsEmpty ? NetlinkReader.Find(attributes, Rtnetlink.IFA_ADDRESS) : own) is { } address)
            {
                found.Add(address);
            }
        });
    }

    private void Begin(ushort type, ushort flags, ReadOnlySpan<byte> header)
    {
        _request.Clear();
        _request.BeginMessage(type, flags, header);
    }
}
