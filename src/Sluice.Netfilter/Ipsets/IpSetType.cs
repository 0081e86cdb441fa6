using Sluice.Net;

namespace Sluice.Netfilter.Ipsets;

/// <summary>A kind of ipset: how it stores its entries and what an entry is made of.</summary>
/// <param name="Method">How entries are stored.</param>
/// <param name="Dimensions">What an entry is made of, 1 to 3 of them; none for <see cref="IpSetMethod.List"/>.</param>
public sealed record IpSetType(IpSetMethod Method, EquatableArray<IpSetDimension> Dimensions)
{
    /// <summary>A set of ports, 0 to 65535.</summary>
    public static IpSetType BitmapPort { get; } = new(IpSetMethod.Bitmap, [IpSetDimension.Port]);

    /// <summary>A set of addresses.</summary>
    public static IpSetType HashIP { get; } = new(IpSetMethod.Hash, [IpSetDimension.IP]);

    /// <summary>A set of addresses with protocol and port.</summary>
    public static IpSetType HashIPPort { get; } = new(IpSetMethod.Hash, [IpSetDimension.IP, IpSetDimension.Port]);

    /// <summary>A set of addresses with protocol and port, and another address.</summary>
    public static IpSetType HashIPPortIP { get; } = new(IpSetMethod.Hash, [IpSetDimension.IP, IpSetDimension.Port, IpSetDimension.IP]);

    /// <summary>A set of addresses with protocol and port, and a network.</summary>
    public static IpSetType HashIPPortNet { get; } = new(IpSetMethod.Hash, [IpSetDimension.IP, IpSetDimension.Port, IpSetDimension.Net]);

    /// <summary>Whether its entries have addresses, of one family.</summary>
    public bool HasFamily => Dimensions.Any(d => d is IpSetDimension.IP or IpSetDimension.Net);

    /// <summary>Reads ipset's name of a type: a method, a colon and up to three dimensions with commas between; null when it is none.</summary>
    public static IpSetType? Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (name == "list:set")
        {
            return new IpSetType(IpSetMethod.List, []);
        }

        var colon = name.IndexOf(':', StringComparison.Ordinal);
        var parts = name[(colon + 1)..].Split(',');
        IpSetMethod? method = colon < 0 ? null : name[..colon] switch { "bitmap" => IpSetMethod.Bitmap, "hash" => IpSetMethod.Hash, _ => null };
        var dimensions = parts.Select(Dimension).ToList();
        return method is { } known && dimensions.Count <= 3 && dimensions.TrueForAll(d => d is not null)
            ? new IpSetType(known, dimensions.Select(d => d!.Value).ToEquatableArray())
            : null;
    }

    private static IpSetDimension? Dimension(string name) => name switch
    {
        "ip" => IpSetDimension.IP,
        "net" => IpSetDimension.Net,
        "port" => IpSetDimension.Port,
        "mac" => IpSetDimension.Mac,
        "mark" => IpSetDimension.Mark,
        "iface" => IpSetDimension.Iface,
        _ => null,
    };

    /// <summary>The name ipset has for it: <c>hash:ip,port,net</c>.</summary>
    public override string ToString() => Method == IpSetMethod.List
        ? "list:set"
        : $"{Method.ToString().ToLowerInvariant()}:{string.Join(',', Dimensions.Select(d => d.ToString().ToLowerInvariant()))}";
}

/// <summary>How a set stores its entries.</summary>
public enum IpSetMethod
{
    /// <summary>One bit for each possible entry of a range.</summary>
    Bitmap,

    /// <summary>A hash table.</summary>
    Hash,

    /// <summary>A list of other sets.</summary>
    List,
}

/// <summary>A part of an entry, by ipset's name for it.</summary>
public enum IpSetDimension
{
    /// <summary>An address.</summary>
    IP,

    /// <summary>A network.</summary>
    Net,

    /// <summary>A port, with its protocol but in a bitmap.</summary>
    Port,

    /// <summary>A hardware address.</summary>
    Mac,

    /// <summary>A packet mark.</summary>
    Mark,

    /// <summary>The name of an interface.</summary>
    Iface,
}
