using System.Net;

namespace Sluice.KernelTests.Lab;

/// <summary>One direction of a connection. Ports of an ICMP echo are its identifier.</summary>
public sealed record ConntrackTuple(
    LabProtocol Protocol, IPAddress Source, ushort SourcePort, IPAddress Destination, ushort DestinationPort);
