namespace Sluice.KernelTests.Lab;

/// <summary>Names answers of the node as iptables' --reject-with does.</summary>
internal static class RejectKind
{
    internal static string Of(PacketView answer) => (answer.Protocol, answer.IcmpType, answer.IcmpCode) switch
    {
        (LabProtocol.Tcp, _, _) => "tcp-reset",
        (LabProtocol.Icmp, 3, 0) => "icmp-net-unreachable",
        (LabProtocol.Icmp, 3, 1) => "icmp-host-unreachable",
        (LabProtocol.Icmp, 3, 2) => "icmp-proto-unreachable",
        (LabProtocol.Icmp, 3, 3) => "icmp-port-unreachable",
        (LabProtocol.Icmp, 3, 9) => "icmp-net-prohibited",
        (LabProtocol.Icmp, 3, 10) => "icmp-host-prohibited",
        (LabProtocol.Icmp, 3, 13) => "icmp-admin-prohibited",
        (LabProtocol.Icmpv6, 1, 0) => "icmp6-no-route",
        (LabProtocol.Icmpv6, 1, 1) => "icmp6-adm-prohibited",
        (LabProtocol.Icmpv6, 1, 3) => "icmp6-addr-unreachable",
        (LabProtocol.Icmpv6, 1, 4) => "icmp6-port-unreachable",
        (LabProtocol.Icmpv6, 1, 5) => "icmp6-policy-fail",
        (LabProtocol.Icmpv6, 1, 6) => "icmp6-reject-route",
        var (protocol, type, code) => $"{protocol} {type}/{code}",
    };
}
