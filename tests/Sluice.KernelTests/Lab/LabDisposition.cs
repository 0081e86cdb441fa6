namespace Sluice.KernelTests.Lab;

/// <summary>What became of a packet.</summary>
public abstract record LabDisposition
{
    private LabDisposition()
    {
    }

    /// <summary>It passed INPUT: a socket of the node may have it.</summary>
    public sealed record Accepted : LabDisposition;

    /// <summary>It left the node over a link.</summary>
    public sealed record Forwarded(string OutInterface) : LabDisposition;

    /// <summary>A rule answered it: <c>icmp-port-unreachable</c> and so on as in --reject-with, or <c>tcp-reset</c>.</summary>
    public sealed record Rejected(string Kind) : LabDisposition;

    /// <summary>It vanished.</summary>
    public sealed record Dropped : LabDisposition;

    /// <summary>Routing refused it, not a rule: no route, or its time to live was over.</summary>
    public sealed record Unreachable(string Kind) : LabDisposition;
}
