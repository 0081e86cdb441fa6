using System.Text;
using Sluice.Dataplane.Diff;
using Sluice.Dataplane.Planning;
using Xunit;
using static Sluice.Tests.Planning.PlanCluster;

namespace Sluice.Tests.Planning;

/// <summary>Kernels that are not as planned: what is found, what is mended, and what is left alone.</summary>
public sealed class IptablesReconcilerTests(ITestOutputHelper output)
{
    [Fact]
    public void Any_damage_is_mended_and_nothing_of_others_is_touched()
    {
        var batches = 0;
        for (var seed = 0; seed < 500; seed++)
        {
            var cluster = new RandomCluster(seed).Fill(25);
            var plan = new IptablesPlan(cluster.Intent, new IptablesPlanOptions(cluster.Family) { IsSigned = seed % 2 == 1 });
            var damage = new Damage(seed, ModelKernel.Of(plan));
            damage.AddForeign();
            var wanted = damage.Kernel.Save();
            damage.Do(1 + (seed % 6));
            try
            {
                var before = Reconcile(damage.Kernel, plan, seed);
                batches += before.Batches.Count;
                Assert.Equal(damage.Kernel.Save() != wanted, before.Batches.Count > 0);
                Assert.Equal(before.Batches.Count > 0, before.Findings.Count > 0);
                damage.Kernel.Apply(before.Batches);
                Assert.Equal(wanted, WithJumpsInOrder(damage.Kernel, wanted, SharedChains.Jumps));
                Assert.Empty(Reconcile(damage.Kernel, plan, seed + 1).Batches);
            }
            catch (Exception e) when (e is Xunit.Sdk.XunitException or ArgumentException or InvalidOperationException)
            {
                throw new Xunit.Sdk.XunitException($"seed {seed}, damage {string.Join("; ", damage.Done)}: {e.Message}", e);
            }
        }

        output.WriteLine($"{batches} batches");
    }

    [Fact]
    public void An_empty_kernel_gets_what_render_prints_in_batches_of_a_bearable_size()
    {
        var plan = Plan(Enumerable.Range(0, 2000).Select(i => Port($"ns/svc{i}", $"172.30.{i / 250}.{i % 250}", $"10.1.{i / 250}.{i % 250}", $"10.2.{i / 250}.{i % 250}")));
        var result = IptablesReconciler.Reconcile(new MemoryStream(), plan);
        Assert.InRange(result.Batches.Count, 5, 12);
        Assert.All(result.Batches, b => Assert.InRange(b.Tables.Sum(t => t.Emptied.Count), 0, 2100));
        var kernel = new ModelKernel();
        kernel.Apply(result.Batches);
        Assert.Equal(ModelKernel.Of(plan).Save(), kernel.Save());
        Assert.Contains("and 5990 more missing chains of Services", result.Findings);
    }

    [Fact]
    public void What_the_kernel_prints_is_what_was_planned()
    {
        var plan = Plan([Port("ns1/svc1", "172.30.0.41", "10.180.0.1", "10.180.0.2") with { AffinitySeconds = 10800 }, Port("ns2/svc2", "172.30.0.42")]);
        var dump = ModelKernel.Of(plan).Save()
            .Replace("-m comment --comment \"ns1/svc1:p80 cluster IP\" -m tcp -p tcp -d 172.30.0.41 --dport 80", "-d 172.30.0.41/32 -p tcp -m comment --comment \"ns1/svc1:p80 cluster IP\" -m tcp --dport 80", StringComparison.Ordinal)
            .Replace("--comment ns1/svc1:p80 ", "--comment \"ns1/svc1:p80\" ", StringComparison.Ordinal)
            .Replace("--seconds 10800 --reap", "--seconds 10800 --reap --mask 255.255.255.255 --rsource", StringComparison.Ordinal)
            .Replace("0.5000000000 ", "0.50000000000 ", StringComparison.Ordinal)
            .Replace("-j REJECT", "-j REJECT --reject-with icmp-port-unreachable", StringComparison.Ordinal)
            .Replace("--or-mark 0x00004000", "--set-xmark 0x4000/0x4000", StringComparison.Ordinal)
            .Replace("--xor-mark 0x00004000", "--set-xmark 0x4000/0x0", StringComparison.Ordinal);
        Assert.Contains("/32 -p tcp", dump, StringComparison.Ordinal);
        var result = IptablesReconciler.Reconcile(new MemoryStream(Encoding.UTF8.GetBytes(dump)), plan);
        Assert.Empty(result.Findings);
        Assert.Empty(result.Batches);
    }

    [Fact]
    public void Findings_say_which_rule_is_not_as_planned()
    {
        var plan = Plan([Port("ns1/svc1", "172.30.0.41", "10.180.0.1")]);
        var kernel = ModelKernel.Of(plan);
        kernel.Chains("nat")["KUBE-SEP-SXIVWICOYRO3J4NJ"][1] = "-m tcp -p tcp -j DNAT --to-destination 10.9.9.9:80";
        kernel.Chains("nat")["PREROUTING"].Clear();
        kernel.Chains("nat")["KUBE-SVC-AAAAAAAAAAAAAAAA"] = [];
        Assert.Equal(
            [
                "nat KUBE-SEP-SXIVWICOYRO3J4NJ: rule 2 should be '-m comment --comment ns1/svc1:p80 -m tcp -p tcp -j DNAT --to-destination 10.180.0.1:80' and is '-m tcp -p tcp -j DNAT --to-destination 10.9.9.9:80'",
                "nat PREROUTING lacks the jump to KUBE-SERVICES",
                "nat KUBE-SVC-AAAAAAAAAAAAAAAA is stale",
            ],
            Reconcile(kernel, plan, 1).Findings);
    }

    [Fact]
    public void A_stale_chain_that_somebody_elses_rule_leads_to_is_emptied_and_stays()
    {
        var plan = Plan([Port("ns1/svc1", "172.30.0.41", "10.180.0.1")]);
        var kernel = ModelKernel.Of(plan);
        kernel.Chains("nat")["MINE"] = ["-d 192.0.2.1 -j KUBE-SVC-AAAAAAAAAAAAAAAA"];
        kernel.Chains("nat")["KUBE-SVC-AAAAAAAAAAAAAAAA"] = ["-j KUBE-SEP-AAAAAAAAAAAAAAAA"];
        kernel.Chains("nat")["KUBE-SEP-AAAAAAAAAAAAAAAA"] = ["-p tcp -j DNAT --to-destination 10.1.1.1:80"];
        kernel.Apply(Reconcile(kernel, plan, 1).Batches);
        Assert.Empty(kernel.Chains("nat")["KUBE-SVC-AAAAAAAAAAAAAAAA"]);
        Assert.DoesNotContain("KUBE-SEP-AAAAAAAAAAAAAAAA", kernel.Chains("nat").Keys);
        var again = Reconcile(kernel, plan, 1);
        Assert.Empty(again.Batches);
        Assert.Equal("nat KUBE-SVC-AAAAAAAAAAAAAAAA is stale, and stays: MINE, which is not the proxy's, leads to it", Assert.Single(again.Findings));
    }

    [Fact]
    public void A_dump_that_is_cut_leads_to_no_second_jump_and_to_no_removal()
    {
        var plan = Plan([Port("ns1/svc1", "172.30.0.41", "10.180.0.1"), Port("ns2/svc2", "172.30.0.42", "10.180.0.2")]);
        var kernel = ModelKernel.Of(plan);
        kernel.Chains("nat")["KUBE-SVC-AAAAAAAAAAAAAAAA"] = [];
        var dump = Encoding.UTF8.GetBytes(kernel.Save());
        var wanted = kernel.Save();
        for (var length = 0; length < dump.Length; length += 31)
        {
            if (Encoding.UTF8.GetString(dump, 0, length) is "" || Encoding.UTF8.GetString(dump, 0, length).EndsWith("COMMIT\n", StringComparison.Ordinal))
            {
                continue;
            }

            var result = IptablesReconciler.Reconcile(new MemoryStream(dump, 0, length), plan);
            if (Encoding.UTF8.GetString(dump, 0, length).Contains("\n*nat\n", StringComparison.Ordinal) && length < dump.Length - 1)
            {
                kernel.Apply(result.Batches);
                Assert.Equal(wanted, kernel.Save());
                Assert.Contains("the dump shows only a part of table nat: no jump is added and nothing removed there", result.Findings);
            }
        }
    }

    [Fact]
    public void Cleaning_up_removes_what_is_the_proxys_and_leaves_the_rest()
    {
        for (var seed = 0; seed < 100; seed++)
        {
            var cluster = new RandomCluster(seed).Fill(25);
            var plan = new IptablesPlan(cluster.Intent, new IptablesPlanOptions(cluster.Family) { IsSigned = seed % 2 == 1 });
            var damage = new Damage(seed, new ModelKernel());
            damage.AddForeign();
            var wanted = damage.Kernel.Save();
            damage.Kernel.Apply(IptablesReconciler.Reconcile(new MemoryStream(Encoding.UTF8.GetBytes(damage.Kernel.Save())), plan).Batches);
            var dump = Encoding.UTF8.GetBytes(damage.Kernel.Save());
            Assert.Equal(seed % 2 == 1, IptablesCleanup.Of(new MemoryStream(dump), cluster.Family, onlySigned: true).Count > 0);
            damage.Kernel.Apply(IptablesCleanup.Of(new MemoryStream(dump), cluster.Family));
            var filter = damage.Kernel.Chains("filter");
            Assert.True(filter.Remove("KUBE-FIREWALL"), $"seed {seed}: the kubelet's chain is gone");
            Assert.Equal(1, filter["INPUT"].RemoveAll(r => r == "-j KUBE-FIREWALL"));
            Assert.Equal(1, filter["OUTPUT"].RemoveAll(r => r == "-j KUBE-FIREWALL"));
            Assert.Equal(wanted, damage.Kernel.Save());
            Assert.Empty(IptablesCleanup.Of(new MemoryStream(Encoding.UTF8.GetBytes(damage.Kernel.Save())), cluster.Family));
        }
    }

    [Fact]
    public void Taking_over_the_rules_of_kube_proxy_adds_the_signature_and_nothing_else()
    {
        var port = Port("ns1/svc1", "172.30.0.41", "10.180.0.1");
        var others = Plan([port]);
        var own = new IptablesPlan(others.Intent, others.Options with { IsSigned = true });
        var kernel = ModelKernel.Of(others);
        var result = Reconcile(kernel, own, 1);
        Assert.Equal("nat KUBE-SVC-SLUICE is missing", Assert.Single(result.Findings));
        kernel.Apply(result.Batches);
        Assert.Equal(ModelKernel.Of(own).Save(), kernel.Save());
        Assert.Equal(["nat KUBE-SVC-SLUICE is stale"], Reconcile(kernel, others, 1).Findings);

        // Last of all, so that what a clean-up that was cut short left is known again.
        Assert.Equal("KUBE-SVC-SLUICE", IptablesCleanup.Of(new MemoryStream(Encoding.UTF8.GetBytes(kernel.Save())), others.Options.Family)[^1].Tables[^1].Removed[^1]);
    }

    private static Reconciliation Reconcile(ModelKernel kernel, IptablesPlan plan, int seed)
    {
        // In pieces of any size.
        var dump = Encoding.UTF8.GetBytes(kernel.Save());
        var reconciler = new IptablesReconciler(plan);
        for (var (at, size) = (0, 1 + (seed % 97)); at < dump.Length; at += size)
        {
            reconciler.Feed(dump.AsSpan(at, Math.Min(size, dump.Length - at)));
        }

        return reconciler.Finish();
    }

    // A jump that was lost comes back before all other rules of its chain: among jumps the order may change, others' rules keep theirs.
    internal static string WithJumpsInOrder(ModelKernel kernel, string wanted, IReadOnlyList<JumpRule> jumpRules)
    {
        var model = new ModelKernel();
        foreach (var (table, chains) in kernel.Tables)
        {
            foreach (var (name, rules) in chains)
            {
                var ours = jumpRules.Where(j => j.Table == table && j.From == name).Select(j => j.Rule).ToList();
                var order = wanted.Split('\n').Select((line, at) => (line, at)).Where(l => l.line.StartsWith($"-A {name} ", StringComparison.Ordinal)).GroupBy(l => l.line[(4 + name.Length)..], StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Min(l => l.at), StringComparer.Ordinal);
                var jumps = rules.Where(ours.Contains).ToList();
                var others = rules.Where(r => !ours.Contains(r)).ToList();
                Assert.Equal(jumps.Distinct(StringComparer.Ordinal).Count(), jumps.Count);
                model.Chains(table)[name] = ours.Count == 0 ? rules : [.. jumps.Concat(others).OrderBy(r => order.GetValueOrDefault(r, int.MaxValue))];
            }
        }

        return model.Save();
    }
}
