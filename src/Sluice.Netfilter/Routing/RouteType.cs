namespace Sluice.Netfilter.Routing;

/// <summary>What a route does with a packet.</summary>
public enum RouteType
{
    /// <summary>Sends it on.</summary>
    Unicast,

    /// <summary>Delivers it on this node.</summary>
    Local,

    /// <summary>Delivers and sends it as a broadcast.</summary>
    Broadcast,

    /// <summary>Sends it to a group.</summary>
    Multicast,

    /// <summary>Delivers it to one of several (IPv6 anycast).</summary>
    Anycast,

    /// <summary>Drops it silently.</summary>
    Blackhole,

    /// <summary>Answers "host unreachable".</summary>
    Unreachable,

    /// <summary>Answers "administratively prohibited".</summary>
    Prohibit,

    /// <summary>Goes on with the next routing rule.</summary>
    Throw,
}

/// <summary>What a router advertisement said about the router (RFC 4191).</summary>
public enum RouterPreference
{
    /// <summary>Rather not.</summary>
    Low = -1,

    /// <summary>The usual.</summary>
    Medium = 0,

    /// <summary>Rather than others.</summary>
    High = 1,
}
