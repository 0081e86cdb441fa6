using Sluice.Dataplane.Planning;
using Sluice.Netfilter;
using Sluice.Netfilter.Iptables;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Text;
using Sluice.Tests.Conformance;
using Xunit;

namespace Sluice.Tests.Planning;

/// <summary>Plans against what the kernel held after kube-proxy's own tests wrote their rules.</summary>
public sealed class KubeProxyRulesTests(ITestOutputHelper output)
{
    // kube-proxy goes over Services in no order: what they add to these chains comes in any.
    private static readonly string[] s_anyOrder = ["KUBE-SERVICES", "KUBE-NODEPORTS", "KUBE-EXTERNAL-SERVICES", "KUBE-PROXY-FIREWALL"];

    [Fact]
    public void Plans_of_the_clusters_that_kube_proxy_tests_equal_its_rules()
    {
        if (KubeProxyCase.All.Count == 0 || KubeProxyFlow.FindFolder("iptables") is not { } root)
        {
            Assert.Skip("kube-proxy's rules (shared/conformance/kube-proxy-flows) are not beside the checkout");
            return;
        }

        var problems = new List<string>();
        var rules = 0;
        foreach (var one in KubeProxyCase.All)
        {
            var dump = Directory.GetFiles(Directory.GetDirectories(root, one.Number + "-*").Single(), "rules.ip*tables-save.txt").Single();
            var theirs = Read(File.ReadAllBytes(dump));
            var plan = new IptablesPlan(
                PlanCluster.Plan(one.Ports, one.Node, one.Family).Intent, new IptablesPlanOptions(one.Family) { CountsPackets = one.CountsPackets });
            var ours = Read(System.Text.Encoding.UTF8.GetBytes(plan.ToRestoreText()));
            foreach (var table in new[] { "filter", "nat" })
            {
                rules += Compare(one, ours.Find(one.Family, table)!, theirs.Find(one.Family, table)!, problems);
            }
        }

        output.WriteLine($"{KubeProxyCase.All.Count} clusters, {rules} rules");
        Assert.True(problems.Count == 0, string.Join('\n', problems));
        Assert.True(rules > 400, $"only {rules} rules were compared");
    }

    private static int Compare(KubeProxyCase one, Table ours, Table theirs, List<string> problems)
    {
        var count = 0;
        foreach (var name in ours.Chains.Concat(theirs.Chains).Select(c => c.Name).Distinct(StringComparer.Ordinal))
        {
            if (BuiltinChains.IsBuiltin(name) && !one.HasJumps)
            {
                continue;
            }

            var (mine, expected) = (Lines(ours.FindChain(name)), Lines(theirs.FindChain(name)));
            count += expected.Count;
            if (!mine.SequenceEqual(expected, StringComparer.Ordinal))
            {
                problems.Add($"case {one}, {ours.Name} {name}:\n  planned\n    {string.Join("\n    ", mine)}\n  kube-proxy's\n    {string.Join("\n    ", expected)}");
            }
        }

        return count;
    }

    // Written back from what was read: equal texts are equal rules, once the kernel's default is said.
    private static List<string> Lines(Chain? chain)
    {
        var lines = chain is null ? [] : chain.Rules.Select(RestoreWriter.Write)
            .Select(r => r.EndsWith("-j REJECT", StringComparison.Ordinal) ? r + " --reject-with icmp-port-unreachable" : r).ToList();
        if (chain is not null && s_anyOrder.Contains(chain.Name))
        {
            lines.Sort(StringComparer.Ordinal);
        }

        return lines;
    }

    private static Ruleset Read(byte[] text)
    {
        var read = SnapshotReader.Read([new SourceText("rules", text)]);
        Assert.Empty(read.Problems);
        return read.Snapshot.Ruleset;
    }
}
