using System.Collections.Immutable;
using Xunit;

namespace Sluice.Tests.Daemon;

public sealed class WorkerPropertyTests
{
    [Fact]
    public Task Whatever_befalls_the_kernel_holds_the_plan_in_the_end() => Story.PlayAsync(400, PlayAsync);

    private static async Task PlayAsync(Random random, List<string> story)
    {
        var rig = new WorkerRig();
        rig.Kernel.HasGeneration = random.Next(2) == 0;
        rig.Kernel.Fault = () =>
        {
            var fault = random.Next(5) == 0 ? (FakeFault)random.Next(1, 5) : FakeFault.None;
            if (fault != FakeFault.None)
            {
                story.Add($"fault {fault}");
            }

            return fault;
        };

        for (var step = 0; step < 40; step++)
        {
            switch (random.Next(12))
            {
                case <= 4:
                    var changes = rig.Cluster.Change(random);
                    story.Add($"change {string.Join(", ", changes)}");
                    rig.Desired.Apply(changes);
                    break;
                case <= 7:
                    story.Add($"sync {await rig.SyncAsync()}");
                    break;
                case 8:
                    story.Add($"audit {await rig.SyncAsync(audits: true)}");
                    break;
                case 9:
                    story.Add("damage " + Damage(rig.Kernel, random));
                    break;
                case 10:
                    story.Add("restart");
                    rig.Restart();
                    break;
                default:
                    var refuses = random.Next(2) == 0;
                    story.Add($"refusing {refuses}");
                    rig.Kernel.Refuses = rule => refuses && rule.Contains("-m recent", StringComparison.Ordinal);
                    break;
            }
        }

        rig.Kernel.Fault = () => FakeFault.None;
        rig.Kernel.Refuses = _ => false;
        for (var i = 0; i < 3; i++)
        {
            story.Add($"sync {await rig.SyncAsync()}");
        }

        Assert.True(await rig.SyncAsync(audits: true));
        rig.AssertHolds();

        // And it stays so without another write.
        var restores = rig.Kernel.Restores;
        Assert.True(await rig.SyncAsync(audits: true));
        Assert.Equal(restores, rig.Kernel.Restores);
        rig.Restart();
        Assert.True(await rig.SyncAsync());
        Assert.Equal(restores, rig.Kernel.Restores);
    }

    // What others do to our rules: flush a table, drop or change or add a rule, drop a chain and all that leads to it.
    private static string Damage(FakeKernel kernel, Random random)
    {
        var name = random.Next(2) == 0 ? "nat" : "filter";
        var ours = kernel[name].Chains.Keys.Where(c => c.StartsWith("KUBE-", StringComparison.Ordinal)).ToList();
        if (ours.Count == 0)
        {
            return "none";
        }

        var chain = ours[random.Next(ours.Count)];
        var rules = kernel[name].Chains[chain];
        var kind = random.Next(6);
        kernel.Change(name, table => table with
        {
            Chains = kind switch
            {
                0 => table.Chains.SetItems(table.Chains.Keys.Where(c => c.StartsWith("KUBE-", StringComparison.Ordinal)).Select(c => KeyValuePair.Create(c, ImmutableList<string>.Empty))),
                1 => table.Chains.SetItem(chain, []),
                2 when rules.Count > 0 => table.Chains.SetItem(chain, rules.RemoveAt(random.Next(rules.Count))),
                3 when chain != "KUBE-FIREWALL" => table.Chains.SetItem(chain, rules.Insert(random.Next(rules.Count + 1), "-s 203.0.113.9/32 -j DROP")),
                4 => table.Chains
                    .Select(c => KeyValuePair.Create(c.Key, c.Value.RemoveAll(r => FakeTable.TargetOf(r) == chain)))
                    .Where(c => c.Key != chain)
                    .ToImmutableSortedDictionary(StringComparer.Ordinal),
                _ => table.Chains.SetItem(chain, rules.Reverse()),
            },
        });
        return $"{kind} {name} {chain}";
    }
}
