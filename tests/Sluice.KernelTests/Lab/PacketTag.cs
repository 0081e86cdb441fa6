namespace Sluice.KernelTests.Lab;

/// <summary>
/// How a packet is found again whatever NAT made of it: a 16-bit number, in the IPv4 identification or the IPv6 flow label,
/// and again in the transport: the high half of TCP's sequence and acknowledgement numbers, the sequence of an echo, the
/// initiate tag of SCTP's INIT, the payload of UDP. ICMP errors quote all of these; a RST answers with one of TCP's.
/// </summary>
internal static class PacketTag
{
    /// <summary>First four bytes of a payload; the tag follows, twice.</summary>
    internal const uint Magic = 0x534c4331;

    /// <summary>The part of a TCP number below the tag: far from wrapping into the tag's half.</summary>
    private const uint Low = 0x1000;

    internal static uint ToSequence(ushort tag) => ((uint)tag << 16) | Low;

    internal static ushort FromSequence(uint number) => (ushort)(number >> 16);
}
