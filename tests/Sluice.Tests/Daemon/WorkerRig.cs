using Sluice.Daemon;
using Sluice.Dataplane.Planning;
using Sluice.Kubernetes.Intent;
using Sluice.Kubernetes.Objects;
using Sluice.Net;
using Xunit;

namespace Sluice.Tests.Daemon;

/// <summary>A worker of a fake kernel that others use as well; it can be started anew.</summary>
internal sealed class WorkerRig : Rig
{
    private static readonly string[] s_foreignInput = ["-s 198.51.100.7/32 -j DROP", "-j FOREIGN"];

    public WorkerRig(IPFamily family = IPFamily.IPv4)
        : base(family, SyncPeriods.Iptables)
    {
        Options = new IptablesPlanOptions(family);
        Kernel.Change("filter", table => table with
        {
            Chains = table.Chains.SetItem("FOREIGN", ["-p tcp -m tcp --dport 22 -j ACCEPT"]).SetItem("INPUT", [.. s_foreignInput]),
        });
        Kernel.Change("nat", table => table with { Chains = table.Chains.SetItem("KUBERNETES-OTHER", ["-j RETURN"]) });
        Restart();
    }

    public IptablesPlanOptions Options { get; }

    public FakeKernel Kernel { get; } = new();

    /// <summary>What is wrong with the kernel, measured by what the cluster wants less some Services; empty when nothing is.</summary>
    public string Difference(params ObjectName[] without) => DifferenceFrom(Wanted(without));

    public string DifferenceFrom(ServiceIntent intent)
    {
        var wrong = new List<string>();
        var lines = new IptablesPlan(intent, Options).ToRestoreText().Split('\n');
        foreach (var name in (string[])["filter", "nat"])
        {
            var table = lines.SkipWhile(l => l != "*" + name).TakeWhile(l => l != "COMMIT").ToList();
            var chains = table.Where(l => l.StartsWith(':')).Select(l => l[1..].Split(' ')[0]).ToList();
            var actual = Kernel[name].Chains;
            wrong.AddRange(actual.Keys.Where(c => c.StartsWith("KUBE-", StringComparison.Ordinal)).Except(chains).Select(c => $"{name}: chain {c} too many"));
            wrong.AddRange(chains.Except(actual.Keys).Select(c => $"{name}: chain {c} missing"));
            foreach (var chain in chains.Concat(actual.Keys.Where(FakeTable.IsBuiltIn)).Where(actual.ContainsKey))
            {
                var prefix = $"-A {chain} ";
                var expected = table.Where(l => l.StartsWith(prefix, StringComparison.Ordinal)).Select(l => l[prefix.Length..]).ToList();
                var rules = actual[chain].ToList();
                if (FakeTable.IsBuiltIn(chain))
                {
                    rules.RemoveAll(r => FakeTable.TargetOf(r)?.StartsWith("KUBE-", StringComparison.Ordinal) != true);
                }

                // Services may stand in any order; the rule that is to be last stands last.
                var isOrdered = !SharedChains.Dispatching.Contains((name, chain)) && !FakeTable.IsBuiltIn(chain);
                if (isOrdered ? !rules.SequenceEqual(expected)
                    : !rules.Order(StringComparer.Ordinal).SequenceEqual(expected.Order(StringComparer.Ordinal))
                        || (chain == SharedChains.Services && name == "nat" && rules.LastOrDefault() != expected.LastOrDefault()))
                {
                    wrong.Add($"{name}: chain {chain}\n  is     {string.Join("\n         ", rules)}\n  wanted {string.Join("\n         ", expected)}");
                }
            }
        }

        if (!Kernel["filter"].Chains["INPUT"].Where(s_foreignInput.Contains).SequenceEqual(s_foreignInput)
            || Kernel["filter"].Chains["FOREIGN"].Count != 1 || Kernel["nat"].Chains["KUBERNETES-OTHER"].Count != 1)
        {
            wrong.Add("rules of others were touched");
        }

        return string.Join('\n', wrong);
    }

    public void AssertHolds(params ObjectName[] without) => Assert.Equal("", Difference(without));

    protected override IFamilyKernel NewKernel() => new IptablesKernel(Kernel, Options, new OwnWrites());
}
