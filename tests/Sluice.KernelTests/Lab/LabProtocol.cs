namespace Sluice.KernelTests.Lab;

/// <summary>Protocols the lab builds packets of; the value is the IANA protocol number.</summary>
public enum LabProtocol
{
    Icmp = 1,
    Tcp = 6,
    Udp = 17,
    Icmpv6 = 58,
    Sctp = 132,
}
