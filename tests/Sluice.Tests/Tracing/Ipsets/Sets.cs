using System.Globalization;
using Sluice.Net;
using Sluice.Netfilter.Ipsets;

namespace Sluice.Tests.Tracing.Ipsets;

/// <summary>Ipsets in short words, for tests.</summary>
internal static class Sets
{
    public static IpSet Of(string name, string type, params string[] entries)
    {
        var kind = TypeOf(type);
        var set = new IpSet(name, kind) { Entries = [.. entries.Select(e => Entry(kind, e))] };
        var family = set.Entries.SelectMany(e => e.Values).OfType<IpSetValue.Network>().Select(n => (IPFamily?)n.Prefix.Family).FirstOrDefault();
        return set with { Family = kind.Dimensions.Any(d => d is IpSetDimension.IP or IpSetDimension.Net) ? family ?? IPFamily.IPv4 : null };
    }

    public static IpSetType TypeOf(string name)
    {
        var parts = name.Split(':');
        return parts[0] == "list"
            ? new IpSetType(IpSetMethod.List, [])
            : new IpSetType(Enum.Parse<IpSetMethod>(parts[0], ignoreCase: true), [.. parts[1].Split(',').Select(d => Enum.Parse<IpSetDimension>(d, ignoreCase: true))]);
    }

    // 10.0.0.0/8,tcp:80 with nomatch, timeout N behind it.
    private static IpSetEntry Entry(IpSetType type, string text)
    {
        var words = text.Split(' ');
        var items = words[0].Split(',');
        var timeout = Array.IndexOf(words, "timeout");
        return new IpSetEntry([.. items.Select((item, i) => Value(type, i, item))])
        {
            IsExcluded = words.Contains("nomatch"),
            Timeout = timeout < 0 ? null : uint.Parse(words[timeout + 1], CultureInfo.InvariantCulture),
        };
    }

    private static IpSetValue Value(IpSetType type, int dimension, string text) => type.Method == IpSetMethod.List
        ? new IpSetValue.Member(text)
        : type.Dimensions[dimension] switch
        {
            IpSetDimension.IP or IpSetDimension.Net => new IpSetValue.Network(Prefix.Parse(text)),
            IpSetDimension.Mark => new IpSetValue.Mark(uint.Parse(text, CultureInfo.InvariantCulture)),
            IpSetDimension.Mac => new IpSetValue.HardwareAddress(text),
            IpSetDimension.Iface => new IpSetValue.Interface(text.TrimEnd('*').Replace("physdev:", "", StringComparison.Ordinal), text.StartsWith("physdev:", StringComparison.Ordinal), text.EndsWith('*')),
            _ => Port(text),
        };

    private static IpSetValue.Port Port(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        L4Protocol? protocol = colon < 0 ? null : L4Protocol.TryParse(text[..colon], out var known) ? known : throw new FormatException(text);
        return new IpSetValue.Port(protocol, int.Parse(text[(colon + 1)..], CultureInfo.InvariantCulture));
    }
}
