namespace Sluice.Linux.Netlink.Ipvs;

/// <summary>How long IPVS remembers connections that are idle (<c>ipvsadm --set</c>); null, and less than a second, leaves what the kernel has.</summary>
/// <param name="Tcp">TCP sessions; the kernel begins with 15 minutes.</param>
/// <param name="TcpFin">TCP sessions after a FIN; the kernel begins with 2 minutes.</param>
/// <param name="Udp">UDP; the kernel begins with 5 minutes.</param>
public sealed record IpvsTimeouts(TimeSpan? Tcp, TimeSpan? TcpFin, TimeSpan? Udp);
