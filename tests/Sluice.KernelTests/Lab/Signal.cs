namespace Sluice.KernelTests.Lab;

/// <summary>What the kernel told the lab, in the order it happened.</summary>
internal abstract record Signal
{
    private Signal()
    {
    }

    /// <summary>A packet passed one of the lab's chains.</summary>
    internal sealed record Seen(LabEvent Event) : Signal;

    /// <summary>
    /// A rule was met. <paramref name="Packet"/> is null when the kernel repeats only the id; <paramref name="Step"/> is
    /// null when it is of no interest, but the message says whose id it is.
    /// </summary>
    internal sealed record Traced(PacketView? Packet, uint Id, LabFamily Family, TraceStep? Step) : Signal;
}
