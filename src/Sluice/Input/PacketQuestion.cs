namespace Sluice.Input;

/// <summary>A packet as a person describes it: on the command line, or as one line of a packets file. Null: not said.</summary>
internal sealed record PacketQuestion
{
    /// <summary>What the asker calls it; echoed in the answer.</summary>
    public string? Name { get; init; }

    /// <summary>Who sends it: an address, <c>host</c>, <c>pod</c> or <c>external</c>.</summary>
    public string? From { get; init; }

    /// <summary>Where to: <c>address:port</c> or <c>namespace/service[:port]</c>.</summary>
    public string? To { get; init; }

    /// <summary>The protocol's name or number; tcp when not said.</summary>
    public string? Protocol { get; init; }

    /// <summary>What connection tracking will find; new when not said.</summary>
    public string? State { get; init; }

    /// <summary>The interface it arrives on.</summary>
    public string? InInterface { get; init; }

    /// <summary><c>network</c> or <c>local</c>; when not said, local for an address of the node.</summary>
    public string? Entry { get; init; }

    /// <summary>The packet mark, decimal or hexadecimal.</summary>
    public string? Mark { get; init; }

    /// <summary>The source port.</summary>
    public string? SourcePort { get; init; }

    /// <summary>TCP flags, e.g. <c>SYN,ACK</c>.</summary>
    public string? TcpFlags { get; init; }

    /// <summary>ICMP type, with a code behind a slash where it matters.</summary>
    public string? IcmpType { get; init; }

    /// <summary>Whether the way back is asked for.</summary>
    public bool Reply { get; init; }
}
