using System.Net;
using Sluice.KernelTests.Lab.Interop;

namespace Sluice.KernelTests.Lab;

/// <summary>Lists and empties the node's connection table over ctnetlink.</summary>
internal static class ConntrackReader
{
    private const int Subsystem = 1;
    private const int Get = 1;
    private const int Delete = 2;

    internal static void Flush(NetfilterSocket socket) => socket.Request(
        new NetlinkWriter(Subsystem, Delete, NetlinkWriter.Request | NetlinkWriter.Ack, socket.NextSequence()));

    internal static List<ConntrackEntry> List(NetfilterSocket socket)
    {
        var entries = new List<ConntrackEntry>();
        var request = new NetlinkWriter(Subsystem, Get, NetlinkWriter.Request | NetlinkWriter.Dump, socket.NextSequence());
        socket.Request(request, (_, _, _, data) =>
        {
            ConntrackTuple? original = null;
            ConntrackTuple? reply = null;
            var (status, mark, zone) = (0u, 0u, (ushort)0);
            for (var a = new NetlinkAttributes(data); a.Next();)
            {
                switch (a.Type)
                {
                    case 1: original = Tuple(a.Nested); break;
                    case 2: reply = Tuple(a.Nested); break;
                    case 3: status = a.UInt32; break;
                    case 8: mark = a.UInt32; break;
                    case 18: zone = a.UInt16; break;
                    default: break;
                }
            }

            if (original is not null && reply is not null)
            {
                entries.Add(new ConntrackEntry(original, reply, status, mark, zone));
            }
        });
        return entries;
    }

    private static ConntrackTuple Tuple(NetlinkAttributes attributes)
    {
        var (source, destination) = (IPAddress.None, IPAddress.None);
        var (protocol, sourcePort, destinationPort) = ((LabProtocol)0, (ushort)0, (ushort)0);
        while (attributes.Next())
        {
            for (var a = attributes.Nested; a.Next();)
            {
                switch ((attributes.Type, a.Type))
                {
                    case (1, 1 or 3): source = new IPAddress(a.Value); break;
                    case (1, 2 or 4): destination = new IPAddress(a.Value); break;
                    case (2, 1): protocol = (LabProtocol)a.Value[0]; break;
                    case (2, 2): sourcePort = a.UInt16; break;
                    case (2, 3): destinationPort = a.UInt16; break;
                    case (2, 4 or 7): sourcePort = destinationPort = a.UInt16; break;
                    default: break;
                }
            }
        }

        return new ConntrackTuple(protocol, source, sourcePort, destination, destinationPort);
    }
}
