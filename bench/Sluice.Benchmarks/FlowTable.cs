using System.Buffers.Binary;
using Sluice.Linux.Interop;
using Sluice.Linux.Netlink;
using Sluice.Linux.Netlink.Conntrack;
using Sluice.Net;

namespace Sluice.Benchmarks;

/// <summary>
/// Tracked flows of clients to one UDP Service, made over ctnetlink as translated to endpoints by turns. The kernel limits the flows of one
/// network namespace, and has one table for all: what one does not hold, further ones do.
/// </summary>
internal sealed class FlowTable : IDisposable
{
    public const int Endpoints = 100;

    private const ushort IPCTNL_MSG_CT_NEW = 1 << 8;
    private const int CTA_NAT_SRC_MIN_PORT = 1;
    private const int CTA_NAT_V4_MINIP = 1;
    private const int CTA_NAT_PROTO = 3;
    private const int CTA_TIMEOUT = 7;
    private const int CTA_NAT_DST = 13;
    private const uint Status = 0xe; // Answered, assured, confirmed.
    private const int Batch = 200;

    private readonly List<(NetworkNamespace Space, ConntrackConnection Connection)> _spaces = [];

    /// <summary>Makes flows.</summary>
    /// <param name="flows">How many.</param>
    public FlowTable(int flows)
    {
        for (var made = 0; made < flows;)
        {
            var space = new NetworkNamespace("flows");

            // A rule that needs them has the kernel track flows in this namespace.
            _ = space.Check("nft", ["-f", "-"], "table ip t {\n chain c {\n type nat hook prerouting priority -100;\n }\n}\n");
            var limit = space.Run(() => int.Parse(File.ReadAllText("/proc/sys/net/netfilter/nf_conntrack_max"), System.Globalization.CultureInfo.InvariantCulture));
            var part = int.Min(flows - made, limit - (limit / 100));
            space.Run(() => Make(made, part));
            _spaces.Add((space, space.Run(() => ConntrackConnection.TryOpen(out var problem) ?? throw new InvalidOperationException(problem))));
            made += part;
        }
    }

    public static NetAddress Service { get; } = NetAddress.Parse("10.96.0.10");

    /// <summary>How many namespaces hold them.</summary>
    public int Spaces => _spaces.Count;

    public static NetAddress Endpoint(int number) => NetAddress.V4((uint)NetAddress.Parse("10.244.0.0").Bits + 1 + (uint)number);

    /// <summary>Goes through all flows once.</summary>
    public ConntrackSweep Sweep(ConntrackJudge isStale)
    {
        var sum = default(ConntrackSweep);
        foreach (var (_, connection) in _spaces)
        {
            var sweep = connection.Sweep(new ConntrackFilter(IPFamily.IPv4, L4Protocol.Udp), isStale);
            sum = new ConntrackSweep(sum.Looked + sweep.Looked, sum.Deleted + sweep.Deleted, sum.Problem ?? sweep.Problem);
        }

        return sum.Problem is null ? sum : throw new InvalidOperationException(sum.Problem);
    }

    public void Dispose()
    {
        foreach (var (space, connection) in _spaces)
        {
            connection.Dispose();
            space.Dispose();
        }
    }

    private static void Make(int first, int count)
    {
        using var socket = NetlinkSocket.TryOpen(Libc.NETLINK_NETFILTER, TimeSpan.FromSeconds(10), out var errno) ?? throw new InvalidOperationException($"no socket: {errno}");
        using var writer = new NetlinkWriter();
        for (var i = 0; i < count; i++)
        {
            var isLast = writer.Messages == Batch - 1 || i == count - 1;
            Write(writer, first + i, isLast);
            if (isLast)
            {
                Send(socket, writer);
            }
        }
    }

    private static void Send(NetlinkSocket socket, NetlinkWriter writer)
    {
        var first = socket.TakeSequence(writer.Messages);
        writer.Number(first);
        var errno = socket.Send(writer.Written);
        while (errno == 0)
        {
            errno = socket.Receive(out var messages);
            while (errno == 0 && messages.Next())
            {
                if (NetlinkFault.Of(messages) is { } fault)
                {
                    throw new InvalidOperationException(fault.Describe("a flow"));
                }

                if (messages.Sequence == first + (uint)writer.Messages - 1)
                {
                    writer.Clear();
                    return;
                }
            }
        }

        throw new InvalidOperationException(new NetlinkFault(errno).Describe("a flow"));
    }

    // 50,000 ports of each client.
    private static void Write(NetlinkWriter writer, int number, bool isAcknowledged)
    {
        var (client, port) = (NetAddress.V4((uint)NetAddress.Parse("100.64.0.0").Bits + 1 + (uint)(number / 50_000)), (ushort)(10_000 + (number % 50_000)));
        var flags = NetlinkMessages.NLM_F_CREATE | NetlinkMessages.NLM_F_EXCL | (isAcknowledged ? NetlinkMessages.NLM_F_ACK : 0);
        writer.BeginMessage(IPCTNL_MSG_CT_NEW, (ushort)flags, [NetlinkAddress.NumberOf(IPFamily.IPv4), 0, 0, 0]);
        WriteTuple(writer, Ctnetlink.CTA_TUPLE_ORIG, client, port, Service, 53);
        WriteTuple(writer, Ctnetlink.CTA_TUPLE_REPLY, Service, 53, client, port);
        writer.UInt32(Ctnetlink.CTA_STATUS, Status);
        writer.UInt32(CTA_TIMEOUT, 3600);
        var nat = writer.BeginNest(CTA_NAT_DST);
        WriteAddress(writer, CTA_NAT_V4_MINIP, Endpoint(number % Endpoints));
        var protocol = writer.BeginNest(CTA_NAT_PROTO);
        writer.UInt16(CTA_NAT_SRC_MIN_PORT, 5353);
        writer.EndNest(protocol);
        writer.EndNest(nat);
        writer.EndMessage();
    }

    private static void WriteTuple(NetlinkWriter writer, int type, NetAddress source, ushort sourcePort, NetAddress destination, ushort destinationPort)
    {
        var tuple = writer.BeginNest(type);
        var ip = writer.BeginNest(Ctnetlink.CTA_TUPLE_IP);
        WriteAddress(writer, Ctnetlink.CTA_IP_V4_SRC, source);
        WriteAddress(writer, Ctnetlink.CTA_IP_V4_DST, destination);
        writer.EndNest(ip);
        var protocol = writer.BeginNest(Ctnetlink.CTA_TUPLE_PROTO);
        writer.Byte(Ctnetlink.CTA_PROTO_NUM, L4Protocol.Udp.Number);
        writer.UInt16(Ctnetlink.CTA_PROTO_SRC_PORT, sourcePort);
        writer.UInt16(Ctnetlink.CTA_PROTO_DST_PORT, destinationPort);
        writer.EndNest(protocol);
        writer.EndNest(tuple);
    }

    private static void WriteAddress(NetlinkWriter writer, int type, NetAddress address) =>
        BinaryPrimitives.WriteUInt32BigEndian(writer.Attribute(type, sizeof(uint)), (uint)address.Bits);
}
