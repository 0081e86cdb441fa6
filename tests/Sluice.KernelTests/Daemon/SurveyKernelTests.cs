using Sluice.Daemon;
using Sluice.Dataplane.Planning.Nftables;
using Sluice.KernelTests.Netlink;
using Sluice.KernelTests.Planning;
using Sluice.Kubernetes.Intent;
using Sluice.Linux.Netlink.Nftables;
using Sluice.Net;
using Sluice.Netfilter.Rules;
using Sluice.Tests.Planning;
using Sluice.Tests.Planning.Nftables;
using Xunit;
using static Sluice.KernelTests.Netlink.NftSpace;

namespace Sluice.KernelTests.Daemon;

/// <summary>Audits of an ownerless table in a real kernel while changes stream in and a foreign program is at the table.</summary>
public sealed class SurveyKernelTests(ITestOutputHelper output)
{
    private const int Services = 2000;
    private const int FirstStreamed = 1000;

    [Fact]
    public async Task Each_foreign_change_is_mended_within_one_audit_and_no_change_waits_for_its_reading()
    {
        using var space = new NftSpace("survey");
        using var second = space.Connect();
        using var loose = space.Connect();
        using var foreign = space.Connect();
        loose.IsLoose = true;
        var options = new NftablesPlanOptions(IPFamily.IPv4);
        var inner = new NftKernel(space.Connection, second, loose, IPFamily.IPv4, NftOwnership.Anybody);
        var kernel = new NftablesKernel(inner, options, new OwnWrites());
        var held = Intent();
        var layout = new NftablesLayout(options, held.Node);
        Assert.Equal(WriteStatus.Done, (await kernel.CompareAsync(held, TestContext.Current.CancellationToken)).Status);
        Assert.True(kernel.IsUndisturbed);

        var hand = new ForeignHand(layout, new Random(20261129));
        var (streamed, during, found) = (0, 0, 0);
        for (var round = 0; round < 10; round++)
        {
            // Services that change meanwhile are others than those the foreign program is at: what it removed cannot be removed once more.
            Assert.Null(foreign.Read(TableFamilies.Of(IPFamily.IPv4), NftablesLayout.TableName, withElements: true, out var live, out _));
            Ok(foreign.Commit(hand.Change(OfFirstServices(live!), 8)));
            space.Load(Damage(round));
            Assert.False(kernel.IsUndisturbed);

            var survey = kernel.SurveyAsync(held, TestContext.Current.CancellationToken);
            do
            {
                var port = Port(FirstStreamed + (streamed % (Services - FirstStreamed)), endpoints: 9 + (streamed % 2));
                var name = port.Name.Service;
                var next = held.With(name, [port]);
                during += survey.IsCompleted ? 0 : 1;
                var result = await kernel.ChangeAsync(held, next, [name], TestContext.Current.CancellationToken);
                Assert.True(result.Status == WriteStatus.Done, result.Problem);
                (held, streamed) = (next, streamed + 1);
                await Task.Delay(1, TestContext.Current.CancellationToken);
            }
            while (!survey.IsCompleted);

            var mending = await (await survey)(held, TestContext.Current.CancellationToken);
            Assert.True(mending.Status == WriteStatus.Done, mending.Problem);
            found += mending.Findings.Count;
            Assert.Null(foreign.Read(TableFamilies.Of(IPFamily.IPv4), NftablesLayout.TableName, withElements: true, out var after, out _));
            Assert.Equal("", TableDifference.Of(NftablesPlan.Of(held, options), after));

            // What was read beside own writes is read once more; then all are known to be right.
            Assert.False(kernel.IsUndisturbed);
            var again = await (await kernel.SurveyAsync(held, TestContext.Current.CancellationToken))(held, TestContext.Current.CancellationToken);
            Assert.Equal((WriteStatus.Done, 0), (again.Status, again.Findings.Count));
            Assert.True(kernel.IsUndisturbed, $"round {round}: somebody seems to have written after the survey began");
        }

        output.WriteLine($"{streamed} changes, {during} of them begun and done while a survey read; {found} findings mended");
        Assert.True(during > 20, $"{during} changes were written while surveys read");
    }

    private static string Damage(int round) => (round % 5) switch
    {
        0 => "flush chain ip sluice services",
        1 => "add chain ip sluice stray",
        2 => "add rule ip sluice masquerading counter",
        3 => "add element ip sluice cluster-ips { 172.31.255.1 }",
        _ => "add element ip sluice service-ips { 172.31.255.1 . tcp . 81 : drop }",
    };

    // Elements that no streamed change removes.
    private static Table OfFirstServices(Table live) => live with
    {
        Sets = live.Sets
            .Select(s => s with { Elements = s.Elements.Where(e => e.First.Span is [172, 30, < FirstStreamed / 250, ..] or [10, < FirstStreamed / 250, ..]).ToEquatableArray() })
            .ToEquatableArray(),
    };

    private static ServiceIntent Intent() =>
        ServiceIntent.Empty(PlanCluster.ThisNode, IPFamily.IPv4).With(Enumerable.Range(0, Services).Select(i =>
        {
            var port = Port(i, endpoints: 10);
            return KeyValuePair.Create(port.Name.Service, (EquatableArray<PortIntent>)[port]);
        }));

    private static PortIntent Port(int service, int endpoints) => PlanCluster.Port(
        $"shop/s{service}",
        $"172.30.{service / 250}.{service % 250}",
        [.. Enumerable.Range(0, endpoints).Select(e => $"10.{service / 250}.{service % 250}.{e + 1}")]);
}
