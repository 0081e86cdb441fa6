using System.Diagnostics;
using System.Globalization;
using Sluice.Netfilter.Ipsets;

namespace Sluice.Linux.Netlink.Ipset;

/// <summary>An entry in a message for people: what it is, without what it says.</summary>
internal static class IpsetEntryText
{
    /// <summary><c>10.96.0.1,tcp:443</c>, as ipset writes it.</summary>
    internal static string Of(IpSetEntry entry) => string.Join(',', entry.Values.Select(Of));

    private static string Of(IpSetValue value) => value switch
    {
        IpSetValue.Network n => n.Prefix.ToString(),
        IpSetValue.Port { Protocol: { } protocol } p => string.Create(CultureInfo.InvariantCulture, $"{protocol}:{p.Number}"),
        IpSetValue.Port p => p.Number.ToString(CultureInfo.InvariantCulture),
        IpSetValue.HardwareAddress h => h.Text,
        IpSetValue.Mark m => $"0x{m.Value:x8}",
        IpSetValue.Interface i => i.Name,
        IpSetValue.Member m => m.Name,
        _ => throw new UnreachableException(),
    };
}
