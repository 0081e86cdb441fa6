using Sluice.Daemon;
using Sluice.Dataplane.Planning.Ipvs;
using Sluice.Kubernetes.Objects;
using Sluice.Net;
using Sluice.Netfilter.Ipvs;
using Sluice.Tests.Planning.Ipvs;
using Xunit;

namespace Sluice.Tests.Daemon;

/// <summary>A worker of a fake kernel in IPVS mode.</summary>
internal sealed class IpvsWorkerRig : Rig
{
    public IpvsWorkerRig()
        : base(IPFamily.IPv4, new SyncPeriods(TimeSpan.FromSeconds(30), TimeSpan.Zero)) => Restart();

    public IpvsPlanOptions Options { get; } = new(IPFamily.IPv4) { IsSigned = true };

    public FakeIpvsKernel Kernel { get; } = new();

    public FakeKernel Rules { get; } = new();

    public IpvsKernel Family { get; private set; } = null!;

    /// <summary>What is wrong with the kernel, measured by what the cluster wants less some Services; empty when nothing is.</summary>
    public string Difference(params ObjectName[] without)
    {
        var plan = IpvsPlan.Of(Wanted(without), Options);
        var words = Kernel.Model.InWords((key, real) => real.Weight == 0 && key is VirtualServerKey.Address { Protocol: var p } && p == L4Protocol.Tcp);
        var wanted = IpvsModelKernel.InWords(plan);
        return string.Join('\n', [.. wanted.Except(words).Select(w => $"lacks {w}"), .. words.Except(wanted).Select(w => $"has {w}"), .. RulesDifference(plan)]);
    }

    public void AssertHolds(params ObjectName[] without) => Assert.Equal("", Difference(without));

    /// <summary>The steps that something has the kernel carry out.</summary>
    public async Task<IReadOnlyList<IpvsStep>> StepsOfAsync(Func<Task> work)
    {
        var before = Kernel.Steps.Count;
        await work();
        return Kernel.Steps[before..];
    }

    protected override IFamilyKernel NewKernel() => Family = new IpvsKernel(Kernel, new IptablesRules(Rules, new OwnWrites()), Options);

    private IEnumerable<string> RulesDifference(IpvsPlan plan)
    {
        foreach (var chain in plan.Rules.Chains)
        {
            if (!Rules[chain.Table].Chains.TryGetValue(chain.Name, out var rules) || !rules.SequenceEqual(chain.Rules))
            {
                yield return $"{chain.Table} {chain.Name} is {(rules is null ? "missing" : string.Join("; ", rules))}";
            }
        }

        foreach (var jump in plan.Rules.Jumps)
        {
            if (Rules[jump.Table].Chains[jump.From].Count(r => r == jump.Rule) != 1)
            {
                yield return $"{jump.Table} {jump.From} has not the jump to {jump.To}";
            }
        }
    }
}
