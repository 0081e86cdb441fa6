using Sluice.Net;

namespace Sluice.Netfilter.Rules;

/// <summary>Which way an address translation goes.</summary>
public enum NatKind
{
    /// <summary>The destination becomes one of a range (DNAT).</summary>
    Destination,

    /// <summary>The source becomes one of a range (SNAT).</summary>
    Source,

    /// <summary>The source becomes an address of the interface the packet leaves by (MASQUERADE).</summary>
    Masquerade,

    /// <summary>The destination becomes this node: 127.0.0.1 in OUTPUT, else the incoming interface's address (REDIRECT).</summary>
    Redirect,

    /// <summary>The network part of the address is replaced, the host part kept (NETMAP).</summary>
    Netmap,
}

/// <summary>An address translation as a rule asks for it; the kernel picks within the ranges.</summary>
/// <param name="Kind">The way.</param>
/// <param name="First">The lowest address; null where only ports are translated or the kernel chooses.</param>
/// <param name="Last">The highest address; null like <paramref name="First"/>.</param>
/// <param name="Ports">The ports to choose from; null keeps the packet's port when it can.</param>
/// <param name="Flags">How the choice is made.</param>
public sealed record NatSpec(NatKind Kind, NetAddress? First, NetAddress? Last, PortRange? Ports, NatFlags Flags)
{
    // Apart, because hardly any rule has one and dumps hold a translation per endpoint.
    private readonly BoxedPrefix? _network;

    /// <summary>For shifted ranges (<c>--to-destination :80-90/80</c>): the port that maps to the first port of <see cref="Ports"/>.</summary>
    public ushort? BasePort { get; init; }

    /// <summary>For NETMAP: the network that replaces the old one.</summary>
    public Prefix? Network
    {
        get => _network?.Value;
        init => _network = value is { } network ? new BoxedPrefix(network) : null;
    }

    private sealed record BoxedPrefix(Prefix Value);
}

/// <summary>How the kernel chooses within a translation's ranges.</summary>
[Flags]
public enum NatFlags
{
    /// <summary>The default: keep the port when it is free.</summary>
    None = 0,

    /// <summary><c>--random</c>: the port is hashed.</summary>
    Random = 1,

    /// <summary><c>--random-fully</c>: the port is drawn at random.</summary>
    RandomFully = 2,

    /// <summary><c>--persistent</c>: the same client keeps the same address.</summary>
    Persistent = 4,
}
