using Sluice.Linux.Netlink.Ipvs;
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

    [UmlFact]
    public void Random_tables_are_the_same_through_netlink_and_through_ipvsadm()
    {
        const int Seed = 20261129;
        var random = new Random(Seed);
        using var ours = new IpvsSpace();
        using var theirs = new IpvsSpace();
        var servers = 0;
        for (var i = 0; i < 20; i++)
        {
            var table = new RandomServers(random).Table();
            var text = new StringWriter();
            IpvsWriter.Write(text, table);
            theirs.Restore(text.ToString());
            _ = ours.Apply([.. Steps(table)]);

            Assert.True(Lines(ours.Save()).SequenceEqual(Lines(theirs.Save())), $"seed {Seed}, table {i}\n{ours.Save()}\nis not\n{theirs.Save()}");
            AssertSame(table, ours.Read());
            AssertSame(table, theirs.Read());
            _ = ours.Apply([.. table.Servers.Select(s => new IpvsStep.RemoveServer(s.Key))]);
            Assert.Empty(ours.Read().Servers);
            _ = theirs.Run("ipvsadm", "-C");
            servers += table.Servers.Count;

            void AssertSame(IpvsTable expected, IpvsTable actual) =>
                Assert.True(IpvsSpace.Ordered(expected).SequenceEqual(IpvsSpace.Ordered(actual)), $"seed {Seed}, table {i}\n{text}\nis not what was read:\n{string.Join('\n', IpvsSpace.Ordered(actual))}");
        }

        output.WriteLine($"20 tables, {servers} virtual servers");
    }

    [UmlFact]
    public void What_is_there_is_changed_and_what_is_not_need_not_go()
    {
        using var space = new IpvsSpace();
        var real = new RealServer(NetAddress.Parse("10.244.1.2"), 8080);
        var sent = space.Apply(
            new IpvsStep.RemoveServer(s_dns),
            new IpvsStep.AddServer(new VirtualServer(s_web)),
            new IpvsStep.AddReal(s_web, real),
            new IpvsStep.RemoveReal(s_web, real with { Port = 9 }),
            new IpvsStep.RemoveReal(s_dns, real));
        Assert.Equal((1, 5), (sent.Sends, sent.Messages));

        sent = space.Apply(new IpvsStep.AddServer(new VirtualServer(s_web) { Scheduler = "wrr" }), new IpvsStep.AddReal(s_web, real with { Weight = 7 }));
        Assert.Equal([new VirtualServer(s_web) { Scheduler = "wrr", RealServers = [real with { Weight = 7 }] }], space.Read().Servers);
        Assert.Equal((2, 4), (sent.Sends, sent.Messages));

        // What a later step says of it stands.
        _ = space.Apply(new IpvsStep.AddReal(s_web, real with { Weight = 9 }), new IpvsStep.EditReal(s_web, real with { Weight = 0 }));
        Assert.Equal(0, Assert.Single(Assert.Single(space.Read().Servers).RealServers).Weight);
        _ = space.Apply(new IpvsStep.AddReal(s_web, real with { Weight = 9 }), new IpvsStep.RemoveReal(s_web, real));
        Assert.Empty(Assert.Single(space.Read().Servers).RealServers);
    }

    public static TheoryData<string, string> Refusals => new()
    {
        { "scheduler", "virtual server tcp 10.96.0.1:81 is refused: the kernel has no scheduler \"nosuch\" (module ip_vs_nosuch)" },
        { "no server", "real server 10.244.1.2:8080 is refused: virtual server udp [fd00:96::a]:53 does not exist" },
        { "edit", "real server 10.244.1.9:8080 of virtual server tcp 10.96.0.1:80 does not exist, or names what does not (ENOENT)" },
        { "address", "real server 224.0.0.1:8080 of virtual server tcp 10.96.0.1:80 is not valid (EINVAL): its address must be one host's, and of the virtual server's family" },
        { "family", "real server [fd00::1]:8080 of virtual server tcp 10.96.0.1:80 is not valid (EINVAL): its address must be one host's, and of the virtual server's family" },
        { "edit server", "virtual server udp [fd00:96::a]:53 does not exist (ESRCH)" },
    };

    [UmlTheory]
    [MemberData(nameof(Refusals))]
    public void A_refusal_says_which_step_and_why_and_what_came_before_it_stays(string which, string message)
    {
        using var space = new IpvsSpace();
        var real = new RealServer(NetAddress.Parse("10.244.1.2"), 8080);
        IpvsStep wrong = which switch
        {
            "scheduler" => new IpvsStep.AddServer(new VirtualServer(new VirtualServerKey.Address(L4Protocol.Tcp, NetAddress.Parse("10.96.0.1"), 81)) { Scheduler = "nosuch" }),
            "no server" => new IpvsStep.AddReal(s_dns, real),
            "edit" => new IpvsStep.EditReal(s_web, real with { Address = NetAddress.Parse("10.244.1.9") }),
            "address" => new IpvsStep.AddReal(s_web, real with { Address = NetAddress.Parse("224.0.0.1") }),
            "family" => new IpvsStep.AddReal(s_web, real with { Address = NetAddress.Parse("fd00::1") }),
            _ => new IpvsStep.EditServer(new VirtualServer(s_dns)),
        };

        var address = NetAddress.Parse("10.96.0.1");
        var result = space.Applier.Apply([new IpvsStep.AddServer(new VirtualServer(s_web)), new IpvsStep.AddReal(s_web, real), wrong, new IpvsStep.AddAddress(address)]);

        var refusal = Assert.Single(result.Refusals);
        Assert.Equal((2, message, message), (refusal.Step, refusal.Message, result.Failure));
        Assert.Equal([new VirtualServer(s_web) { RealServers = [real] }], space.Read().Servers);

        // Addresses would have been another send, and came behind.
        Assert.Null(space.Applier.Link.ReadAddresses(Linux.Ipvs.IpvsApplier.KubeLink, out var addresses));
        Assert.Empty(addresses);
    }

    [UmlFact]
    public void Thousands_of_refusals_in_one_send_are_all_told_and_nothing_more_is_sent()
    {
        using var space = new IpvsSpace();
        var result = space.Applier.Apply([.. Enumerable.Range(1, 5000).Select(i => new IpvsStep.AddReal(s_web, new RealServer(NetAddress.V4((10u << 24) | (uint)i), 8080)))]);
        output.WriteLine($"{result.Refusals.Count} refusals, {result.Sent}");

        Assert.Equal(1, result.Sent.Sends);
        Assert.InRange(result.Sent.Messages, 1000, 4999);
        Assert.Equal(Enumerable.Range(0, result.Sent.Messages), result.Refusals.Select(r => r.Step));
        Assert.Equal("real server 10.0.0.1:8080 is refused: virtual server tcp 10.96.0.1:80 does not exist", result.Failure);
    }

    [UmlFact]
    public void A_scheduler_is_known_by_trying_it_and_nothing_is_left_of_that()
    {
        using var space = new IpvsSpace();
        foreach (var scheduler in new[] { "rr", "wrr", "lc", "wlc", "sh", "mh", "sed", "nq" })
        {
            Assert.Null(space.Applier.Ipvs.CheckScheduler(scheduler));
        }

        Assert.Equal(
            "virtual server tcp 198.51.100.0:20000 is refused: the kernel has no scheduler \"nosuch\" (module ip_vs_nosuch)",
            space.Applier.Ipvs.CheckScheduler("nosuch"));
        Assert.Empty(space.Read().Servers);
    }

    [UmlFact]
    public void Timeouts_are_set_and_those_not_named_stay()
    {
        using var space = new IpvsSpace();
        Assert.Null(space.Applier.Ipvs.SetTimeouts(new IpvsTimeouts(TimeSpan.FromSeconds(1000), TimeSpan.FromSeconds(50), TimeSpan.FromSeconds(40))));
        Assert.Null(space.Applier.Ipvs.SetTimeouts(new IpvsTimeouts(null, TimeSpan.FromSeconds(60), TimeSpan.Zero)));
        Assert.Equal("Timeout (tcp tcpfin udp): 1000 60 40", space.Run("ipvsadm", "-L", "--timeout").Trim());
    }

    private static IEnumerable<IpvsStep> Steps(IpvsTable table) => table.Servers.SelectMany(server =>
        server.RealServers.Select(real => (IpvsStep)new IpvsStep.AddReal(server.Key, real)).Prepend(new IpvsStep.AddServer(server)));

    private static IEnumerable<string> Lines(string saved) => saved.Split('\n').Select(l => l.TrimEnd()).Order(StringComparer.Ordinal);
}
