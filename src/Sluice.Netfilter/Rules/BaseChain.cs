using Sluice.Net;

namespace Sluice.Netfilter.Rules;

/// <summary>A point of the packet's path where the kernel calls chains (netfilter hooks of IPv4 and IPv6).</summary>
public enum Hook
{
    /// <summary>Just received, before routing.</summary>
    Prerouting,

    /// <summary>For a socket of this node, after routing.</summary>
    Input,

    /// <summary>Routed through this node.</summary>
    Forward,

    /// <summary>Made on this node, after the first routing decision.</summary>
    Output,

    /// <summary>About to leave by an interface.</summary>
    Postrouting,
}

/// <summary>What a base chain may do (nftables chain types).</summary>
public enum ChainType
{
    /// <summary>Filters every packet.</summary>
    Filter,

    /// <summary>Sees the first packet of a connection and chooses its translation.</summary>
    Nat,

    /// <summary>Like filter in OUTPUT, and re-routes a packet whose mark, addresses or TOS it changed.</summary>
    Route,
}

/// <summary>Where and how the kernel calls a base chain.</summary>
/// <param name="Type">What it may do.</param>
/// <param name="Hook">Where it is called.</param>
/// <param name="Priority">When it is called, lower first (linux/netfilter_ipv4.h).</param>
/// <param name="Policy">What happens to packets that reach its end.</param>
public sealed record BaseChain(ChainType Type, Hook Hook, int Priority, ChainPolicy Policy);

/// <summary>Where a network device calls a chain: on what it receives, before any hook of IP, or on what it is about to send.</summary>
/// <param name="IsEgress">Whether on what is sent.</param>
/// <param name="Priority">When it is called, lower first.</param>
/// <param name="Policy">What happens to packets that reach its end.</param>
/// <param name="Devices">The devices' names; one of <c>inet</c> has one.</param>
public sealed record DeviceHook(bool IsEgress, int Priority, ChainPolicy Policy, EquatableArray<string> Devices);

/// <summary>What happens to a packet that no rule of a base chain decided.</summary>
public enum ChainPolicy
{
    /// <summary>It passes.</summary>
    Accept,

    /// <summary>It is gone.</summary>
    Drop,
}
