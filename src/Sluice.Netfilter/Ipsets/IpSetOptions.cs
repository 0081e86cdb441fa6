using System.Text;
using Sluice.Net;
using Sluice.Netfilter.Text;

namespace Sluice.Netfilter.Ipsets;

/// <summary>Reads the options of a set, as <c>create</c> takes them and the header of a listing shows them.</summary>
internal static class IpSetOptions
{
    /// <summary>The set with its options; what cannot be read is said and left out.</summary>
    public static IpSet Read(IpSet set, SetWords words, out string? problem)
    {
        problem = null;
        while (!words.IsAtEnd)
        {
            var name = Encoding.UTF8.GetString(words.Take());
            if (Flag(set, name) is { } flagged)
            {
                set = flagged;
                continue;
            }

            var value = words.Take();
            if (Valued(set, name, value) is { } changed)
            {
                set = changed;
                continue;
            }

            problem ??= $"'{$"{name} {Encoding.UTF8.GetString(value)}".Trim()}' is not understood as an option of set {set.Name}";
        }

        return set;
    }

    private static IpSet? Flag(IpSet set, string name) => name switch
    {
        "counters" => set with { HasCounters = true },
        "comment" => set with { HasComments = true },
        "skbinfo" => set with { HasPacketInfo = true },
        "forceadd" => set with { ReplacesWhenFull = true },
        "-4" or "-6" when Family(set, name == "-4" ? "inet"u8 : "inet6"u8) is { } family => set with { Family = family },
        "-exist" or "-!" or "--exist" => set,
        _ => null,
    };

    private static IpSet? Valued(IpSet set, string name, ReadOnlySpan<byte> value)
    {
        var hasNumber = Utf8Number.TryParse(value, out uint number);
        return name switch
        {
            "family" when Family(set, value) is { } family => set with { Family = family },
            "range" when Range(set.Type, value) is { } range => set with { Range = range },
            "netmask" when hasNumber && number <= 128 => set with { NetmaskLength = (int)number },
            "bitmask" when NetAddress.TryParse(value, out var mask) => set with { Bitmask = mask },
            _ when !hasNumber => null,
            "hashsize" => set with { HashSize = number },
            "maxelem" or "size" => set with { MaxEntries = number },
            "bucketsize" => set with { BucketSize = number },
            "initval" => set with { InitialValue = number },

            // The kernel tells the mask of a set that was made without one.
            "markmask" => set with { MarkMask = number == uint.MaxValue ? null : number },
            "timeout" => set with { Timeout = number },

            // Taken by ipset for the sake of old scripts, and without effect.
            "probes" or "resize" or "gc" => set,
            _ => null,
        };
    }

    private static IPFamily? Family(IpSet set, ReadOnlySpan<byte> name) =>
        set.Type.Method != IpSetMethod.Hash || !set.Type.HasFamily ? null
        : name.SequenceEqual("inet"u8) ? IPFamily.IPv4
        : name.SequenceEqual("inet6"u8) ? IPFamily.IPv6
        : null;

    // "10.0.0.0-10.0.0.255", "10.0.0.0/24", "0-65535", also with a protocol before it.
    private static (IpSetValue First, IpSetValue Last)? Range(IpSetType type, ReadOnlySpan<byte> text)
    {
        if (type.Dimensions is [IpSetDimension.Port])
        {
            return PortRange.TryParse(text[(text.IndexOf((byte)':') + 1)..], (byte)'-', out var ports)
                ? (new IpSetValue.Port(null, ports.First), new IpSetValue.Port(null, ports.Last))
                : null;
        }

        return AddressRange.TryParse(text, out var range) ? (Host(range.First), Host(range.Last)) : null;
    }

    private static IpSetValue.Network Host(NetAddress address) => new(Prefix.Host(address));
}
