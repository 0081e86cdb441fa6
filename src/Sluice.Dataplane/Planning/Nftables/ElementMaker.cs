using System.Buffers.Binary;
using Sluice.Kubernetes.Intent;
using Sluice.Net;
using Sluice.Netfilter.Nftables.Changes;

namespace Sluice.Dataplane.Planning.Nftables;

/// <summary>Makes elements of the table's sets.</summary>
internal sealed class ElementMaker(NftablesLayout layout)
{
    // A port, a protocol or a slot in a concatenation takes as much as any register.
    private const int Word = 4;

    private readonly int _ip = layout.Family == IPFamily.IPv4 ? 4 : 16;

    /// <summary>How many bytes an IP address takes.</summary>
    public int LengthOfIP => _ip;

    /// <summary>An address or node port, alone.</summary>
    public ElementChange Address(TableSet set, ServiceAddress address, bool isDelete, string? chain = null, bool drops = false, string? comment = null)
    {
        var element = new ElementChange { Set = layout.IndexOf(set), IsDelete = isDelete, Goto = chain, Drops = drops, Comment = comment };
        element.SizeKey(LengthOf(address));
        WriteAddress(element.Key, address);
        return element;
    }

    /// <summary>A slot of an address or node port.</summary>
    /// <param name="set">The map.</param>
    /// <param name="address">The address or node port.</param>
    /// <param name="slot">The slot.</param>
    /// <param name="endpoint">Who comes there; null when the element goes.</param>
    public ElementChange Slot(TableSet set, ServiceAddress address, int slot, Endpoint? endpoint)
    {
        var element = new ElementChange { Set = layout.IndexOf(set), IsDelete = endpoint is null };
        element.SizeKey(LengthOf(address) + Word);
        WriteAddress(element.Key, address);
        BinaryPrimitives.WriteInt32BigEndian(element.Key[^Word..], slot);
        if (endpoint is not null)
        {
            element.SizeData(_ip + Word);
            WriteIP(element.Data, endpoint.Address.Bits);
            BinaryPrimitives.WriteUInt16BigEndian(element.Data[_ip..], (ushort)endpoint.Port);
        }

        return element;
    }

    /// <summary>A range of senders that may use an address.</summary>
    public ElementChange Source(ServiceAddress address, AddressRange range, bool isDelete)
    {
        var element = new ElementChange { Set = layout.IndexOf(TableSet.AllowedSources), IsDelete = isDelete };
        var length = LengthOf(address);
        element.SizeKey(length + _ip, isRange: range.First != range.Last);
        WriteAddress(element.Key, address);
        WriteIP(element.Key[length..], range.First);
        if (range.First != range.Last)
        {
            WriteAddress(element.Last, address);
            WriteIP(element.Last[length..], range.Last);
        }

        return element;
    }

    /// <summary>An IP address, alone.</summary>
    public ElementChange IP(TableSet set, NetAddress ip, bool isDelete)
    {
        var element = new ElementChange { Set = layout.IndexOf(set), IsDelete = isDelete };
        element.SizeKey(_ip);
        WriteIP(element.Key, ip.Bits);
        return element;
    }

    /// <summary>A range of IP addresses, alone.</summary>
    public ElementChange Range(TableSet set, AddressRange range, bool isDelete)
    {
        var element = new ElementChange { Set = layout.IndexOf(set), IsDelete = isDelete };
        element.SizeKey(_ip, isRange: range.First != range.Last);
        WriteIP(element.Key, range.First);
        if (range.First != range.Last)
        {
            WriteIP(element.Last, range.Last);
        }

        return element;
    }

    /// <summary>An endpoint together with itself.</summary>
    public ElementChange Hairpin(NetAddress ip, bool isDelete)
    {
        var element = new ElementChange { Set = layout.IndexOf(TableSet.Hairpin), IsDelete = isDelete };
        element.SizeKey(2 * _ip);
        WriteIP(element.Key, ip.Bits);
        WriteIP(element.Key[_ip..], ip.Bits);
        return element;
    }

    /// <summary>Reads what <see cref="WriteAddress"/> wrote, behind an offset.</summary>
    public ServiceAddress ReadAddress(ReadOnlySpan<byte> key, bool isNodePort)
    {
        var ip = isNodePort ? default : ReadIP(key);
        var rest = isNodePort ? key : key[_ip..];
        return new ServiceAddress(ip, new L4Protocol(rest[0]), BinaryPrimitives.ReadUInt16BigEndian(rest[Word..]), isNodePort);
    }

    /// <summary>Reads an IP address.</summary>
    public NetAddress ReadIP(ReadOnlySpan<byte> bytes) => layout.Family == IPFamily.IPv4
        ? NetAddress.V4(BinaryPrimitives.ReadUInt32BigEndian(bytes))
        : NetAddress.V6(BinaryPrimitives.ReadUInt128BigEndian(bytes));

    /// <summary>Reads an endpoint's address and port.</summary>
    public (NetAddress Address, int Port) ReadEndpoint(ReadOnlySpan<byte> data) =>
        (ReadIP(data), BinaryPrimitives.ReadUInt16BigEndian(data[_ip..]));

    private int LengthOf(ServiceAddress address) => address.IsNodePort ? 2 * Word : _ip + (2 * Word);

    private void WriteAddress(Span<byte> key, ServiceAddress address)
    {
        if (!address.IsNodePort)
        {
            WriteIP(key, address.IP.Bits);
            key = key[_ip..];
        }

        key[0] = address.Protocol.Number;
        BinaryPrimitives.WriteUInt16BigEndian(key[Word..], address.Port);
    }

    private void WriteIP(Span<byte> bytes, UInt128 bits)
    {
        if (_ip == Word)
        {
            BinaryPrimitives.WriteUInt32BigEndian(bytes, (uint)bits);
        }
        else
        {
            BinaryPrimitives.WriteUInt128BigEndian(bytes, bits);
        }
    }
}
