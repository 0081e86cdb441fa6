using Sluice.Net;
using Sluice.Netfilter.Ipvs;
using Xunit;

namespace Sluice.KernelTests.Uml.Inside;

/// <summary>Virtual servers, sets and addresses over netlink, against the kernel's own tools.</summary>
public sealed class IpvsConnectionTests(ITestOutputHelper output)
{
    private static readonly VirtualServerKey s_web = new VirtualServerKey.Address(L4Protocol.Tcp, NetAddress.Parse("10.96.0.1"), 80);
    private static readonly VirtualServerKey s_dns = new VirtualServerKey.Address(L4Protocol.Udp, NetAddress.Parse("fd00:96::a"), 53);

    [UmlFact]
    public void What_is_written_here_is_what_ipvsadm_saves()
    {
        using var space = new IpvsSpace();
        var sent = space.Apply(
            new IpvsStep.AddServer(new VirtualServer(s_web)),
            new IpvsStep.AddReal(s_web, new RealServer(NetAddress.Parse("10.244.1.2"), 8080)),
            new IpvsStep.AddReal(s_web, new RealServer(NetAddress.Parse("10.244.1.3"), 8080) { Weight = 0 }),
            new IpvsStep.AddServer(new VirtualServer(s_dns) { Scheduler = "sh", SchedulerFlags = SchedulerFlags.Second, PersistenceSeconds = 10800 }),
            new IpvsStep.AddReal(s_dns, new RealServer(NetAddress.Parse("fd00:244::2"), 53) { Weight = 3 }));
        output.WriteLine($"{sent}\n{space.Save()}");

        Assert.Equal((1, 5), (sent.Sends, sent.Messages));
        Assert.Equal(
            """
            -A -t 10.96.0.1:80 -s rr
            -A -u [fd00:96::a]:53 -s sh -p 10800 -b sh-port
            -a -t 10.96.0.1:80 -r 10.244.1.2:8080 -m -w 1
            -a -t 10.96.0.1:80 -r 10.244.1.3:8080 -m -w 0
            -a -u [fd00:96::a]:53 -r [fd00:244::2]:53 -m -w 3
            """.Split('\n'),
            space.Save().TrimEnd('\n').Split('\n').Select(l => l.TrimEnd()).Order(StringComparer.Ordinal));
        Assert.Equal(5, space.Read().Servers.Sum(s => 1 + s.RealServers.Count));
    }
}
