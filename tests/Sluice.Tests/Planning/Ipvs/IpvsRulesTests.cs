using System.Text;
using Sluice.Dataplane.Diff;
using Sluice.Dataplane.Planning;
using Sluice.Dataplane.Planning.Ipvs;
using Sluice.Kubernetes.Intent;
using Sluice.Net;
using Sluice.Netfilter;
using Sluice.Netfilter.Text;
using Xunit;

namespace Sluice.Tests.Planning.Ipvs;

/// <summary>The iptables part of IPVS mode: what it says, how it is mended, and what becomes of it when modes change.</summary>
public sealed class IpvsRulesTests
{
    [Fact]
    public void Rules_are_the_same_whatever_Services_there_are()
    {
        for (var seed = 0; seed < 50; seed++)
        {
            var cluster = new RandomCluster(seed).Fill(20);
            var options = new IpvsPlanOptions(cluster.Family);
            Assert.Equal(
                IpvsPlan.Of(ServiceIntent.Empty(cluster.Node, cluster.Family), options).ToRestoreText(), IpvsPlan.Of(cluster.Intent, options).ToRestoreText());
        }
    }

    [Theory]
    [InlineData(IPFamily.IPv4)]
    [InlineData(IPFamily.IPv6)]
    public void Every_rule_is_understood_and_asks_only_sets_that_are_there(IPFamily family)
    {
        var layout = Layout(family);
        var text = IpvsPlan.Of(ServiceIntent.Empty(layout.Node, family), layout.Options).ToRestoreText();
        var read = SnapshotReader.Read([SourceText.Of("plan", text)]);
        Assert.Empty(read.Problems);
        Assert.Empty(read.Notes);
        var asked = read.Snapshot.Ruleset.Tables.SelectMany(t => t.Chains).SelectMany(c => c.Rules).SelectMany(r => r.Parts)
            .OfType<Netfilter.Rules.Matches.SetMatch>().Select(m => m.SetName).ToHashSet(StringComparer.Ordinal);
        Assert.Equal(layout.Sets.Select(s => s.Name).Order(StringComparer.Ordinal), asked.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Any_damage_is_mended_and_nothing_of_others_is_touched()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var layout = Layout(seed % 2 == 0 ? IPFamily.IPv4 : IPFamily.IPv6, isSigned: seed % 3 == 0);
            var damage = new Damage(seed, Load(layout), layout.Rules);
            damage.AddForeign();
            var wanted = damage.Kernel.Save();
            damage.Do(1 + (seed % 6));
            var result = Reconcile(damage.Kernel, layout.Rules);
            Assert.Equal(damage.Kernel.Save() != wanted, result.Batches.Count > 0);
            Assert.Equal(result.Batches.Count > 0, result.Findings.Count > 0);
            damage.Kernel.Apply(result.Batches);
            Assert.Equal(wanted, IptablesReconcilerTests.WithJumpsInOrder(damage.Kernel, wanted, layout.Rules.Jumps));
            Assert.Empty(Reconcile(damage.Kernel, layout.Rules).Batches);
        }
    }

    [Fact]
    public void When_one_mode_takes_over_from_the_other_only_the_others_rules_go()
    {
        for (var seed = 0; seed < 100; seed++)
        {
            var cluster = new RandomCluster(seed).Fill(25);
            var plan = new IptablesPlan(cluster.Intent, new IptablesPlanOptions(cluster.Family) { IsSigned = true });
            var ipvs = new IpvsLayout(new IpvsPlanOptions(cluster.Family) { IsSigned = true }, cluster.Node);
            var damage = new Damage(seed, new ModelKernel());
            damage.AddForeign();
            var kernel = damage.Kernel;
            var foreign = kernel.Save();

            kernel.Apply(IptablesReconciler.Reconcile(Dump(kernel), plan).Batches);
            kernel.Apply(Reconcile(kernel, ipvs.Rules).Batches);
            kernel.Apply(IptablesCleanup.Of(Dump(kernel), cluster.Family, onlySigned: true, RuleMode.Ipvs));
            AssertOnly(ipvs.Rules, kernel);
            Assert.Empty(Reconcile(kernel, ipvs.Rules).Batches);

            kernel.Apply(IptablesReconciler.Reconcile(Dump(kernel), plan).Batches);
            kernel.Apply(IptablesCleanup.Of(Dump(kernel), cluster.Family, onlySigned: true, RuleMode.Iptables));
            Assert.Empty(IptablesReconciler.Reconcile(Dump(kernel), plan).Batches);
            Assert.DoesNotContain("SLUICE-", kernel.Save().Replace(SharedChains.Signature, "", StringComparison.Ordinal), StringComparison.Ordinal);
            Assert.DoesNotContain("IPVS", kernel.Save(), StringComparison.Ordinal);

            kernel.Apply(Reconcile(kernel, ipvs.Rules).Batches);
            kernel.Apply(IptablesCleanup.Of(Dump(kernel), cluster.Family));
            kernel.Chains("filter").Remove(SharedChains.KubeletFirewall);
            kernel.Chains("filter")["INPUT"].Remove("-j KUBE-FIREWALL");
            kernel.Chains("filter")["OUTPUT"].Remove("-j KUBE-FIREWALL");
            Assert.Equal(foreign, kernel.Save());
        }
    }

    [Fact]
    public void What_may_be_kube_proxys_stays_when_only_our_own_is_to_go()
    {
        var layout = Layout(IPFamily.IPv4);
        Assert.Empty(IptablesCleanup.Of(Dump(Load(layout)), IPFamily.IPv4, onlySigned: true));
        Assert.NotEmpty(IptablesCleanup.Of(Dump(Load(Layout(IPFamily.IPv4, isSigned: true))), IPFamily.IPv4, onlySigned: true));
    }

    private static void AssertOnly(RuleLayout layout, ModelKernel kernel)
    {
        foreach (var (table, chains) in kernel.Tables)
        {
            Assert.Equal(
                layout.Chains.Where(c => c.Table == table).Select(c => c.Name).Order(StringComparer.Ordinal),
                chains.Keys.Where(c => (c.StartsWith("KUBE-", StringComparison.Ordinal) && !c.EndsWith("CANARY", StringComparison.Ordinal) && c != "KUBE-FIREWALL") || c.StartsWith("SLUICE", StringComparison.Ordinal)));
        }
    }

    private static IpvsLayout Layout(IPFamily family, bool isSigned = false) => new(new IpvsPlanOptions(family) { IsSigned = isSigned }, PlanCluster.ThisNode);

    private static ModelKernel Load(IpvsLayout layout) => ModelKernel.Of(IpvsPlan.Of(new IpvsBook(layout)).ToRestoreText());

    private static MemoryStream Dump(ModelKernel kernel) => new(Encoding.UTF8.GetBytes(kernel.Save()));

    private static Reconciliation Reconcile(ModelKernel kernel, RuleLayout layout) => IptablesReconciler.Reconcile(Dump(kernel), layout);
}
