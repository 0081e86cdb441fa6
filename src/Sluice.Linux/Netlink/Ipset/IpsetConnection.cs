using Sluice.Linux.Interop;
using Sluice.Netfilter.Ipsets;

namespace Sluice.Linux.Netlink.Ipset;

/// <summary>A connection to ipset of the network namespace of the thread that opened it. One thread at a time may use it.</summary>
public sealed class IpsetConnection : IDisposable
{
    private const string Missing = "this kernel has no ipset, or may not load it: run modprobe ip_set on the host, or choose another proxy mode";

    // Loading a module may take a while, and the kernel answers then.
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(20);

    private readonly NetlinkSocket _socket;
    private readonly NetlinkWriter _request = new();
    private byte _protocol = IpsetNumbers.IPSET_PROTOCOL_MIN;

    private IpsetConnection(NetlinkSocket socket) => _socket = socket;

    /// <summary>Opens a connection; the kernel loads ipset where it can. Null when it has none, or the process not the right to it.</summary>
    /// <param name="problem">Why there is none, and what to do, in one sentence.</param>
    public static IpsetConnection? TryOpen(out string? problem)
    {
        var socket = NetlinkSocket.TryOpen(Libc.NETLINK_NETFILTER, s_timeout, out var errno);
        if (socket is null)
        {
            problem = errno == Libc.EPROTONOSUPPORT ? Missing : new NetlinkFault(errno).Describe("a socket for ipset");
            return null;
        }

        socket.SizeReceiveRoom(StepSender.AnswerBytes);
        var connection = new IpsetConnection(socket);
        problem = connection.AgreeOnProtocol();
        if (problem is null)
        {
            return connection;
        }

        connection.Dispose();
        return null;
    }

    /// <summary>Opens a connection without loading anything: null where ipset is not in use.</summary>
    /// <param name="problem">Why it cannot be asked, in one sentence; null also where it is not in use.</param>
    public static IpsetConnection? TryOpenLoaded(out string? problem)
    {
        problem = null;
        return IpsetModule.IsLoaded() ? TryOpen(out problem) : null;
    }

    /// <summary>Reads all sets with their entries.</summary>
    /// <returns>Why they cannot be read, in one sentence; null when they were.</returns>
    public string? Read(out IpSetTable table)
    {
        var reader = new IpsetReader();
        var fault = AskList(name: null, hasEntries: true, reader);
        table = reader.End();
        return fault?.Describe("the list of sets");
    }

    /// <summary>Reads one set; null when there is none of that name.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="set">The set.</param>
    /// <param name="hasEntries">Whether its entries are read too.</param>
    /// <returns>Why it cannot be read, in one sentence; null when it was, and when there is none.</returns>
    public string? Read(string name, out IpSet? set, bool hasEntries = true)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        var reader = new IpsetReader();
        var fault = AskList(name, hasEntries, reader);
        set = reader.End().Find(name) is { } found ? found with { LacksEntries = !hasEntries } : null;
        return fault is { Errno: not Libc.ENOENT } ? fault.Describe($"set {name}") : null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _request.Dispose();
        _socket.Dispose();
    }

    /// <summary>What carries out the steps about sets.</summary>
    internal SetStepSender NewSender() => new(_socket, _protocol, new IpsetTypes(_socket, _protocol));

    private string? AgreeOnProtocol()
    {
        byte newest = 0, oldest = 0;
        Begin(IpsetNumbers.IPSET_CMD_PROTOCOL, NetlinkMessages.NLM_F_ACK, IpsetNumbers.IPSET_PROTOCOL);
        var fault = _socket.Ask(_request, IpsetNumbers.HeaderBytes, attributes =>
        {
            newest = NetlinkReader.Find(attributes, IpsetNumbers.IPSET_ATTR_PROTOCOL) is [var number, ..] ? number : newest;

            // Kernels that know one version only say no oldest.
            oldest = NetlinkReader.Find(attributes, IpsetNumbers.IPSET_ATTR_PROTOCOL_MIN) is [var minimum, ..] ? minimum : newest;
        });
        _protocol = Math.Min(newest, (byte)IpsetNumbers.IPSET_PROTOCOL);
        return fault switch
        {
            { Errno: Libc.EPERM } => NetworkPrivilege.Missing,
            { Errno: Libc.EINVAL or Libc.EOPNOTSUPP } => Missing,
            not null => fault.Describe("ipset"),
            null when _protocol < IpsetNumbers.IPSET_PROTOCOL_MIN || oldest > IpsetNumbers.IPSET_PROTOCOL =>
                $"this kernel's ipset speaks protocol {oldest} to {newest}, and {IpsetNumbers.IPSET_PROTOCOL_MIN} to {IpsetNumbers.IPSET_PROTOCOL} is spoken here: use a kernel since 2.6.39",
            null => null,
        };
    }

    private NetlinkFault? AskList(string? name, bool hasEntries, IpsetReader reader)
    {
        Begin(IpsetNumbers.IPSET_CMD_LIST, NetlinkMessages.NLM_F_DUMP, _protocol);
        if (name is not null)
        {
            _request.Text(IpsetNumbers.IPSET_ATTR_SETNAME, name);
        }

        if (!hasEntries)
        {
            IpsetWriter.UInt32(_request, IpsetNumbers.IPSET_ATTR_FLAGS, IpsetNumbers.IPSET_FLAG_LIST_HEADER);
        }

        return _socket.Ask(_request, IpsetNumbers.HeaderBytes, reader.Take);
    }

    private void Begin(ushort command, ushort flags, byte protocol)
    {
        _request.Clear();
        _request.BeginMessage(command, flags, IpsetNumbers.Header);
        _request.Byte(IpsetNumbers.IPSET_ATTR_PROTOCOL, protocol);
    }
}
