namespace Sluice.KernelTests.Lab;

/// <summary>One sighting of a packet in the node.</summary>
/// <param name="Stage">Where.</param>
/// <param name="InInterface">Link it came over, where the stage has one.</param>
/// <param name="OutInterface">Link it is routed to, where the stage has one.</param>
/// <param name="Mark">Its mark.</param>
/// <param name="Packet">What it said at that moment.</param>
public sealed record LabEvent(LabStage Stage, string? InInterface, string? OutInterface, uint Mark, PacketView Packet)
{
    public override string ToString() => string.Join(' ', Stage, InInterface ?? "-", OutInterface ?? "-", $"0x{Mark:x}",
        Packet.Protocol, $"{Packet.Source}:{Packet.SourcePort} > {Packet.Destination}:{Packet.DestinationPort}");
}
