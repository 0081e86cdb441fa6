using System.Globalization;
using System.Text;
using Sluice.Dataplane.Reports;
using Sluice.Net;
using Sluice.Netfilter;
using Sluice.Netfilter.Text;
using Sluice.Netfilter.Tracing;
using Xunit;

namespace Sluice.Tests.Reports;

/// <summary>What reports say in words.</summary>
public sealed class ReportTests
{
    [Theory]
    [InlineData("default/testsvc: cluster IP", "default/testsvc")]
    [InlineData("kube-system/kube-dns:dns-tcp cluster IP", "kube-system/kube-dns:dns-tcp")]
    [InlineData("shop/web:http -> 10.0.0.1:80", "shop/web:http")]
    [InlineData("\"ns/svc:http has no endpoints\"", "ns/svc:http")]
    [InlineData("kubernetes service portals", null)]
    [InlineData("masquerade traffic for shop/api:grpc external destinations", null)]
    [InlineData("a/b/c", null)]
    [InlineData("/x", null)]
    [InlineData("x/", null)]
    [InlineData("", null)]
    public void A_comment_names_its_Service(string comment, string? name) => Assert.Equal(name, ServiceNaming.OfComment(comment));

    [Fact]
    public void A_masquerade_without_marks_is_explained_by_its_rule()
    {
        var trace = Trace("""
            *nat
            :POSTROUTING ACCEPT [0:0]
            -A POSTROUTING -s 10.0.0.0/8 -m comment --comment "pods to the world" -j MASQUERADE
            COMMIT
            """);
        Assert.Equal("pods to the world (POSTROUTING rule 1)", MasqueradeReason.Of(trace, trace.Outcomes[0]));
    }

    [Theory]
    [InlineData("-A KUBE-SERVICES -j KUBE-MARK-MASQ", "a rule says so (KUBE-SERVICES rule 1)")]
    [InlineData("-A KUBE-SERVICES -m comment --comment \"x/y cluster IP\" -j KUBE-MARK-MASQ", "all traffic to ClusterIPs is masqueraded (KUBE-SERVICES rule 1)")]
    [InlineData("-A KUBE-SERVICES -m comment --comment \"x/y external IP\" -j KUBE-MARK-MASQ", "external traffic policy Cluster (KUBE-SERVICES rule 1)")]
    [InlineData("-A KUBE-SERVICES ! -s 10.9.0.0/16 -j KUBE-MARK-MASQ", "source 10.0.0.1 is not in 10.9.0.0/16 (KUBE-SERVICES rule 1)")]
    public void A_mark_is_explained_by_the_rule_that_asked_for_it(string rule, string reason)
    {
        var trace = Trace($"""
            *nat
            :PREROUTING ACCEPT [0:0]
            :KUBE-SERVICES - [0:0]
            :KUBE-MARK-MASQ - [0:0]
            -A PREROUTING -j KUBE-SERVICES
            {rule}
            -A KUBE-MARK-MASQ -j MARK --set-xmark 0x4000/0x4000
            COMMIT
            """);
        Assert.Equal(reason, MasqueradeReason.Of(trace, trace.Outcomes[0]));
    }

    [Theory]
    [InlineData(2, "draws once: 1/2", "here that is exact")]
    [InlineData(3, "1/3, 1/2, then all. So all 3 get the same, 1/3 = 33.3333%", "they differ by less than a millionth")]
    [InlineData(50, "1/50, 1/49, 1/48 ... 1/2, then all", "they differ by less than a millionth")]
    public void Even_shares_are_explained(int endpoints, string how, string really)
    {
        var text = string.Join(' ', ShareExplanation.Of(Trace(Balanced([.. Enumerable.Range(0, endpoints - 1).Select(i => 1.0 / (endpoints - i))]))));
        Assert.Contains(how, text, StringComparison.Ordinal);
        Assert.Contains(really, text, StringComparison.Ordinal);
    }

    [Fact]
    public void Rounding_to_five_digits_shows() => Assert.Contains(
        "% above the smallest",
        string.Join(' ', ShareExplanation.Of(Trace(Balanced([.. Enumerable.Range(0, 399).Select(i => Math.Round(1.0 / (400 - i), 5))])))),
        StringComparison.Ordinal);

    [Fact]
    public void Uneven_shares_are_not_called_even() => Assert.Contains(
        "its 3 ways get 10% to 72%",
        string.Join(' ', ShareExplanation.Of(Trace(Balanced([0.1, 0.2])))),
        StringComparison.Ordinal);

    [Fact]
    public void A_tree_shows_what_ways_share_once()
    {
        var trace = Trace(Balanced([1.0 / 3, 0.5]));
        var tree = PathTree.Of(trace);
        var branch = Assert.Single(Assert.Single(tree.Stages).Branches);
        Assert.Equal(["PREROUTING"], branch.Steps.Select(s => s.Chain.Name));
        Assert.Equal([0, 1, 2], branch.Outcomes);
        Assert.Equal(3, branch.Next.Count);
        Assert.All(branch.Next, next => Assert.Equal(next.Outcomes, next.Ends));
        Assert.Equal(trace.Outcomes.Sum(o => o.Path.Count), (branch.Steps.Count * 3) + branch.Next.Sum(n => n.Steps.Count));
    }

    [Fact]
    public void A_packet_that_no_rule_touches_goes_on() => Assert.Equal(
        "tcp 10.0.0.1 -> 10.96.0.10:80 goes on to its destination: no rule changes it",
        Headline.Of(Trace("*filter\n:FORWARD ACCEPT [0:0]\nCOMMIT\n")));

    [Fact]
    public void A_policy_that_drops_is_named() => Assert.Equal(
        "tcp 10.0.0.1 -> 10.96.0.10:80 is dropped: policy DROP of FORWARD (filter)",
        Headline.Of(Trace("*filter\n:FORWARD DROP [0:0]\nCOMMIT\n")));

    private static string Balanced(double[] chances)
    {
        var text = new StringBuilder("*nat\n:PREROUTING ACCEPT [0:0]\n:KUBE-SERVICES - [0:0]\n-A PREROUTING -j KUBE-SERVICES\n");
        for (var i = 0; i <= chances.Length; i++)
        {
            var chance = i < chances.Length ? "-m statistic --mode random --probability " + chances[i].ToString("F11", CultureInfo.InvariantCulture) : "";
            text.Append(CultureInfo.InvariantCulture, $"-A KUBE-SERVICES -p tcp {chance} -j DNAT --to-destination 10.0.{i / 250}.{(i % 250) + 2}:80\n");
        }

        return text.Append("COMMIT\n").ToString();
    }

    private static Trace Trace(string rules)
    {
        var node = SnapshotReader.Read([SourceText.Of("test", rules)]).Snapshot;
        return new Tracer(node).Trace(new Packet(L4Protocol.Tcp, NetAddress.Parse("10.0.0.1"), NetAddress.Parse("10.96.0.10"))
        {
            SourcePort = 40000,
            DestinationPort = 80,
        });
    }
}
