using System.Diagnostics;
using Sluice.Net;

namespace Sluice.Netfilter.Ipsets;

/// <summary>Writes what an entry is as ipset does: <c>10.0.0.1,tcp:80,10.1.0.0/16</c>.</summary>
internal static class ElementText
{
    public static string Of(EquatableArray<IpSetValue> values) =>
        values.Count == 1 ? Of(values[0]) : string.Join(',', values.Select(Of));

    public static string Of(IpSetValue value) => value switch
    {
        IpSetValue.Network network => network.Prefix.ToString(),
        IpSetValue.Port { Protocol: null } port => $"{port.Number}",
        IpSetValue.Port { Protocol: { } protocol } port => $"{protocol}:{(protocol.IsIcmp ? IcmpType(protocol, port.Number) : $"{port.Number}")}",
        IpSetValue.HardwareAddress address => address.Text,
        IpSetValue.Mark mark => $"0x{mark.Value:x8}",
        IpSetValue.Interface place => place.IsPhysical ? $"physdev:{place.Name}" : place.Name,
        IpSetValue.Member member => member.Name,
        _ => throw new UnreachableException(),
    };

    private static string IcmpType(L4Protocol protocol, int number) =>
        IcmpTypeNames.Find(protocol == L4Protocol.IcmpV6, number) ?? $"{number >> 8}/{number & 255}";
}
