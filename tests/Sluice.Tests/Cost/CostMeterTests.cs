using System.Globalization;
using System.Text;
using Sluice.Dataplane.Cost;
using Sluice.Dataplane.Services;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Tracing;
using Sluice.Tests.Services;
using Xunit;

namespace Sluice.Tests.Cost;

public sealed class CostMeterTests
{
    [Fact]
    public void The_listings_Service_costs_what_its_chains_have()
    {
        var report = Measure(Cases.Listing);

        // PREROUTING 1, KUBE-SERVICES 2, KUBE-SVC 7, KUBE-SEP 2.
        var item = report.Items[0];
        Assert.Equal(("default/testsvc", "172.30.5.207", 443, 12), (item.Name, item.Address.ToString(), item.Port, item.RulesEvaluated));
        Assert.Equal([new HookCost(Hook.Prerouting, 12)], item.ByHook);
        Assert.Equal(2, item.PositionInServices);
        Assert.Equal(
            ["ClusterIP Pod Incomplete", "LoadBalancer Pod Incomplete", "LoadBalancer Outside Dropped"],
            report.Items.Select(i => $"{i.Kind} {i.From} {i.Verdict}"));
        Assert.Equal((1, 2), (report.Summary.Services, report.Summary.Addresses));
        Assert.Null(report.Summary.GrowthPerService);

        // PREROUTING 1, KUBE-SERVICES 3.
        Assert.Equal(4, report.Summary.NoService);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(100)]
    [InlineData(1000)]
    public void Each_Service_further_down_costs_one_rule_more(int services)
    {
        var report = Measure(Services(services));

        Assert.Equal(1.0, report.Summary.GrowthPerService!.Value, 9);
        Assert.Equal(report.Items[0].RulesEvaluated + services - 1, report.Items[services - 1].RulesEvaluated);
        Assert.Equal($"ns/svc{services - 1}", report.Items.Last(i => i.Kind == ServiceAddressKind.ClusterIP).Name);
        Assert.Equal(report.Summary.Worst, report.Items.MaxBy(i => i.RulesEvaluated));
        Assert.Equal((report.Items[0].RulesEvaluated + report.Items[services - 1].RulesEvaluated) / 2.0, report.Summary.Median);
        Assert.Equal(services + 2, report.Summary.NoService);
    }

    [Fact]
    public void A_node_port_is_tried_even_when_no_address_of_the_node_is_known()
    {
        var report = Measure(Cases.Save("""
            -A PREROUTING -j KUBE-SERVICES
            -A KUBE-SERVICES -m addrtype --dst-type LOCAL -j KUBE-NODEPORTS
            -A KUBE-NODEPORTS -p tcp -m comment --comment "a/b" -m tcp --dport 30080 -j KUBE-EXT-X
            -A KUBE-EXT-X -j KUBE-SVC-X
            -A KUBE-SVC-X -j KUBE-SEP-Y
            -A KUBE-SEP-Y -p tcp -m tcp -j DNAT --to-destination 10.0.0.1:8080
            """));

        Assert.Equal([(6, CostOrigin.Pod), (6, CostOrigin.Outside)], report.Items.Select(i => (i.RulesEvaluated, i.From)));
        Assert.All(report.Items, i => Assert.Null(i.Address));
    }

    [Fact]
    public void Without_Services_nothing_is_measured()
    {
        var report = Measure(Cases.Save(""));

        Assert.Empty(report.Items);
        Assert.Null(report.Summary.Worst);
    }

    private static CostReport Measure(string text)
    {
        var node = Cases.Read(text);
        return CostMeter.Measure(new Tracer(node), ServiceFinder.FindAll(node));
    }

    private static string Services(int count)
    {
        var rules = new StringBuilder("-A PREROUTING -j KUBE-SERVICES\n");
        for (var i = 0; i < count; i++)
        {
            rules.Append(CultureInfo.InvariantCulture, $"-A KUBE-SERVICES -d 10.96.{i / 250}.{(i % 250) + 1}/32 -p tcp -m comment --comment \"ns/svc{i} cluster IP\" -m tcp --dport 80 -j KUBE-SVC-{i:D4}\n");
            rules.Append(CultureInfo.InvariantCulture, $"-A KUBE-SVC-{i:D4} -j KUBE-SEP-{i:D4}\n-A KUBE-SEP-{i:D4} -p tcp -m tcp -j DNAT --to-destination 10.0.{i / 250}.{(i % 250) + 1}:8080\n");
        }

        return Cases.Save(rules + "-A KUBE-SERVICES -m addrtype --dst-type LOCAL -j KUBE-NODEPORTS\n");
    }
}
