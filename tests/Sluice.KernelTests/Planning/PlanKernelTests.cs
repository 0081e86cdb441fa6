using System.Text;
using Sluice.Dataplane.Diff;
using Sluice.Dataplane.Planning;
using Sluice.Dataplane.Planning.Ipvs;
using Sluice.KernelTests.Lab;
using Sluice.Net;
using Sluice.Netfilter.Ipsets;
using Sluice.Netfilter.Iptables;
using Sluice.Tests.Planning;
using Xunit;

namespace Sluice.KernelTests.Planning;

/// <summary>Plans in a real kernel, in both variants and families: loaded, changed, damaged, mended and removed.</summary>
public sealed class PlanKernelTests(ITestOutputHelper output)
{
    private const int Clusters = 12;

    public static TheoryData<LabVariant, IPFamily> Tools => new(
        from variant in Enum.GetValues<LabVariant>()
        from family in Enum.GetValues<IPFamily>()
        select (variant, family));

    [Theory]
    [MemberData(nameof(Tools))]
    public void What_render_prints_loads_and_what_the_kernel_prints_is_as_planned(LabVariant variant, IPFamily family)
    {
        using var kernel = new Kernel(variant, family);
        foreach (var (cluster, seed) in Of(family))
        {
            kernel.Flush();
            var plan = kernel.Plan(cluster);
            kernel.Restore(plan.ToRestoreText());
            kernel.RequireRight(plan, $"seed {seed}");
        }
    }

    [Theory]
    [MemberData(nameof(Tools))]
    public void From_any_cluster_to_any_other_the_kernel_follows(LabVariant variant, IPFamily family)
    {
        using var kernel = new Kernel(variant, family);
        var commands = 0;
        foreach (var (cluster, seed) in Of(family))
        {
            var before = kernel.Plan(cluster);
            kernel.Apply(kernel.Reconcile(before).Batches);
            kernel.RequireRight(before, $"seed {seed}, taken over");
            for (var step = 0; step < 4; step++)
            {
                var changed = Enumerable.Range(0, 1 + step).Select(_ => cluster.Change()).ToHashSet();
                if (step == 3)
                {
                    cluster.ChangeNode();
                }

                var after = kernel.Plan(cluster);
                var batches = IptablesDelta.Between(before, after, changed);
                commands += batches.SelectMany(b => b.Tables).Sum(t => t.Commands.Count);
                kernel.Apply(batches);
                kernel.RequireRight(after, $"seed {seed}, step {step}");
                before = after;
            }
        }

        output.WriteLine($"{commands} commands");
    }

    [Theory]
    [MemberData(nameof(Tools))]
    public void What_others_break_is_mended_and_what_is_theirs_stays(LabVariant variant, IPFamily family)
    {
        using var kernel = new Kernel(variant, family);
        kernel.Restore("*nat\n:MINE - [0:0]\n-A MINE -p tcp --dport 7 -j RETURN\n-A PREROUTING -j MINE\nCOMMIT\n*filter\n-A INPUT -p tcp --dport 22 -j ACCEPT\nCOMMIT\n");
        var (cluster, _) = Of(family).Last();
        cluster.Fill(40);
        var plan = kernel.Plan(cluster);
        kernel.Apply(kernel.Reconcile(plan).Batches);
        var chain = plan.Ports.SelectMany(p => p.Chains).First(c => c.Name.StartsWith("KUBE-SEP-", StringComparison.Ordinal)).Name;
        foreach (var damage in new[]
        {
            "*nat\n-F KUBE-SERVICES\nCOMMIT\n",
            $"*nat\n-F {chain}\nCOMMIT\n",
            $"*nat\n-I {chain} -p udp -j RETURN\nCOMMIT\n",
            "*nat\n-D PREROUTING 1\n-I PREROUTING -j MINE\nCOMMIT\n",
            "*nat\n:KUBE-SEP-AAAAAAAAAAAAAAAA - [0:0]\n:KUBE-SVC-AAAAAAAAAAAAAAAA - [0:0]\n-A KUBE-SVC-AAAAAAAAAAAAAAAA -j KUBE-SEP-AAAAAAAAAAAAAAAA\nCOMMIT\n",
            "*filter\n-F KUBE-FORWARD\n-F KUBE-FIREWALL\nCOMMIT\n",
            "*filter\n-I FORWARD -m conntrack --ctstate NEW -m comment --comment \"kubernetes service portals\" -j KUBE-SERVICES\nCOMMIT\n",
            "*nat\n-F\n-A PREROUTING -j MINE\n-A MINE -p tcp --dport 7 -j RETURN\nCOMMIT\n",
        })
        {
            kernel.Restore(damage);
            var found = kernel.Reconcile(plan);
            Assert.True(found.Batches.Count > 0 && found.Findings.Count > 0, $"not noticed: {damage}");
            kernel.Apply(found.Batches);
            kernel.RequireRight(plan, damage);
        }

        kernel.Apply(IptablesCleanup.Of(new MemoryStream(kernel.Save()), family));
        var rest = Encoding.UTF8.GetString(kernel.Save()).Split('\n').Where(l => l.StartsWith("-A", StringComparison.Ordinal) || (l.StartsWith(':') && l.Contains(" - ", StringComparison.Ordinal)));
        string[] guard = family == IPFamily.IPv4 ? ["-A KUBE-FIREWALL ! -s 127.0.0.0/8 -d 127.0.0.0/8 -m comment --comment \"block incoming localnet connections\" -m conntrack ! --ctstate RELATED,ESTABLISHED,DNAT -j DROP"] : [];
        Assert.Equal(
            new[] { ":KUBE-FIREWALL - [0:0]", ":MINE - [0:0]", "-A INPUT -j KUBE-FIREWALL", "-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT", "-A OUTPUT -j KUBE-FIREWALL", "-A PREROUTING -j MINE", "-A MINE -p tcp -m tcp --dport 7 -j RETURN" }.Concat(guard).Order(StringComparer.Ordinal),
            rest.Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Tools))]
    public void Rules_of_IPVS_mode_load_and_what_the_kernel_prints_is_as_planned(LabVariant variant, IPFamily family)
    {
        using var kernel = new Kernel(variant, family);
        kernel.MakeSets(new IpvsLayout(new IpvsPlanOptions(family), PlanCluster.ThisNode).Sets);
        foreach (var (cluster, seed) in Of(family))
        {
            var options = new IpvsPlanOptions(family) { RandomFully = true, IsSigned = seed % 2 == 0, MasqueradeMark = 1u << (seed % 32) };
            var rules = new IpvsLayout(options, cluster.Node).Rules;
            kernel.Apply(kernel.Reconcile(rules).Batches);
            kernel.RequireRight(rules, $"seed {seed}");
            cluster.ChangeNode();
            rules = new IpvsLayout(options, cluster.Node).Rules;
            kernel.Apply(kernel.Reconcile(rules).Batches);
            kernel.RequireRight(rules, $"seed {seed}, another node");
            foreach (var damage in (string[])["*mangle\n-F SLUICE-FIREWALL\nCOMMIT\n", "*filter\n-D INPUT 1\nCOMMIT\n", "*nat\n-I KUBE-LOAD-BALANCER -j RETURN\nCOMMIT\n"])
            {
                kernel.Restore(damage);
                var found = kernel.Reconcile(rules);
                Assert.True(found.Batches.Count > 0 && found.Findings.Count > 0, $"not noticed: {damage}");
                kernel.Apply(found.Batches);
                kernel.RequireRight(rules, damage);
            }

            kernel.Apply(IptablesCleanup.Of(new MemoryStream(kernel.Save()), family));
            Assert.DoesNotContain("-A ", Encoding.UTF8.GetString(kernel.Save()), StringComparison.Ordinal);
        }
    }

    private static IEnumerable<(RandomCluster Cluster, int Seed)> Of(IPFamily family) =>
        Enumerable.Range(1, 100).Select(seed => (new RandomCluster(seed).Fill(40), seed)).Where(c => c.Item1.Family == family).Take(Clusters);

    // One network namespace with the tools of a variant and family.
    private sealed class Kernel : IDisposable
    {
        private readonly NetworkNamespace _space;
        private readonly string _restore;
        private readonly string _save;
        private readonly IPFamily _family;

        public Kernel(LabVariant variant, IPFamily family)
        {
            if (LabProbe.Unavailable(variant) is { } reason)
            {
                Assert.Skip(reason);
            }

            var lab = family == IPFamily.IPv4 ? LabFamily.IPv4 : LabFamily.IPv6;
            (_restore, _save, _family) = (LabPrograms.Name(lab, variant, "restore"), LabPrograms.Name(lab, variant, "save"), family);
            _space = new NetworkNamespace("plan");
        }

        public IptablesPlan Plan(RandomCluster cluster) => new(cluster.Intent, new IptablesPlanOptions(_family) { RandomFully = true });

        public void Restore(string text)
        {
            var result = _space.Execute(_restore, ["--noflush"], text);
            Assert.True(result.ExitCode == 0, $"{_restore}: {result.Error}\n{text}");
        }

        public void Apply(IEnumerable<RestoreBatch> batches)
        {
            foreach (var batch in batches)
            {
                Restore(RestoreBatchWriter.Write(batch));
            }
        }

        public byte[] Save() => Encoding.UTF8.GetBytes(_space.Check(_save, []));

        public Reconciliation Reconcile(IptablesPlan plan) => IptablesReconciler.Reconcile(new MemoryStream(Save()), plan);

        public Reconciliation Reconcile(RuleLayout layout) => IptablesReconciler.Reconcile(new MemoryStream(Save()), layout);

        public void MakeSets(IEnumerable<IpSet> sets)
        {
            using var text = new StringWriter();
            IpSetWriter.Write(text, new IpSetTable(sets.ToEquatableArray()));
            var result = _space.Execute("ipset", ["restore"], text.ToString());
            Assert.True(result.ExitCode == 0, $"ipset: {result.Error}\n{text}");
        }

        public void RequireRight(IptablesPlan plan, string what) => RequireRight(Reconcile(plan), what);

        public void RequireRight(RuleLayout layout, string what) => RequireRight(Reconcile(layout), what);

        private static void RequireRight(Reconciliation found, string what)
        {
            Assert.True(found.Batches.Count == 0 && found.Findings.Count == 0, $"{what}:\n{string.Join('\n', found.Findings)}");
        }

        public void Flush() => _ = _space.Execute(_restore, [], "*nat\nCOMMIT\n*filter\nCOMMIT\n");

        public void Dispose() => _space.Dispose();
    }
}
