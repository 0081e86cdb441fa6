using System.Buffers.Binary;
using System.Net;
using Sluice.KernelTests.Lab.Interop;

namespace Sluice.KernelTests.Lab;

/// <summary>Puts packets into the node: over a link from its far end, or out of a raw socket of the node's own.</summary>
internal sealed class LabSender : IDisposable
{
    private readonly LabTopology _topology;
    private readonly LabSocket _wire;
    private readonly Dictionary<(LabFamily, uint Uid, uint Gid), LabSocket> _raw = [];
    private ushort _sync;

    internal LabSender(LabTopology topology)
    {
        _topology = topology;
        _wire = topology.Peer!.Run(() => new LabSocket(Libc.AF_PACKET, Libc.SOCK_RAW, 0));
    }

    /// <summary>Sends a packet; 0, or the errno of the node's own refusal. Runs on the node's thread.</summary>
    internal int Send(LabPacket packet, ushort tag)
    {
        var bytes = PacketWriter.Write(packet, tag);
        if (packet.InInterface is { } link)
        {
            Inject(link, packet.Family, bytes);
            return 0;
        }

        var socket = Raw(packet);
        socket.SetOption(Libc.SOL_SOCKET, Libc.SO_MARK, unchecked((int)packet.Mark));
        return socket.Send(bytes, Address(packet.Destination));
    }

    /// <summary>Sends the marker packet behind everything sent so far, and returns its number.</summary>
    internal ushort SendSync()
    {
        _sync++;
        var packet = new LabPacket
        {
            Protocol = (LabProtocol)LabTable.SyncProtocol,
            Source = IPAddress.Parse("192.0.2.253"),
            Destination = IPAddress.Parse("192.0.2.252"),
            IcmpBody = [],
        };
        var bytes = PacketWriter.Write(packet, 0);
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(20), _sync);
        Inject(_topology.Options.Links[0].Name, LabFamily.IPv4, bytes);
        return _sync;
    }

    public void Dispose()
    {
        _wire.Dispose();
        foreach (var socket in _raw.Values)
        {
            socket.Dispose();
        }
    }

    private void Inject(string link, LabFamily family, byte[] packet)
    {
        if (!_topology.FarEnds.TryGetValue(link, out var end))
        {
            throw new LabException($"no link {link}: a packet enters over one of {string.Join(", ", _topology.FarEnds.Keys)}");
        }

        ushort protocol = family == LabFamily.IPv4 ? (ushort)0x0800 : (ushort)0x86dd;
        byte[] frame =
        [
            .. LabLink.NodeMac(end.Number), .. LabLink.PeerMac(end.Number), (byte)(protocol >> 8), (byte)protocol, .. packet,
        ];
        Span<byte> address = stackalloc byte[20]; // sockaddr_ll
        BinaryPrimitives.WriteUInt16LittleEndian(address, Libc.AF_PACKET);
        BinaryPrimitives.WriteUInt16BigEndian(address[2..], protocol);
        BinaryPrimitives.WriteInt32LittleEndian(address[4..], end.PeerIndex);
        address[11] = 6;
        LabLink.NodeMac(end.Number).CopyTo(address[12..]);
        if (_wire.Send(frame, address) is var errno and not 0)
        {
            throw new LabException($"sending over {link}: errno {errno}");
        }
    }

    private LabSocket Raw(LabPacket packet)
    {
        var key = (packet.Family, packet.Uid, packet.Gid);
        if (!_raw.TryGetValue(key, out var socket))
        {
            // The owner of a socket is the file system user of the thread that makes it.
            socket = _topology.Node.Run(() =>
            {
                _ = Libc.setfsgid(packet.Gid);
                _ = Libc.setfsuid(packet.Uid);
                try
                {
                    return new LabSocket(packet.Family == LabFamily.IPv4 ? Libc.AF_INET : Libc.AF_INET6, Libc.SOCK_RAW, Libc.IPPROTO_RAW);
                }
                finally
                {
                    _ = Libc.setfsuid(0);
                    _ = Libc.setfsgid(0);
                }
            });
            _raw[key] = socket;
        }

        return socket;
    }

    private static byte[] Address(IPAddress address)
    {
        var bytes = address.GetAddressBytes();
        var result = new byte[bytes.Length == 4 ? 16 : 28];
        BinaryPrimitives.WriteUInt16LittleEndian(result, (ushort)(bytes.Length == 4 ? Libc.AF_INET : Libc.AF_INET6));
        bytes.CopyTo(result, bytes.Length == 4 ? 4 : 8);
        return result;
    }
}
