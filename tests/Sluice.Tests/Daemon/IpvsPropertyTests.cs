using System.Collections.Immutable;
using Sluice.Netfilter.Ipvs;
using Sluice.Tests.Planning.Ipvs;
using Xunit;

namespace Sluice.Tests.Daemon;

public sealed class IpvsPropertyTests
{
    [Fact]
    public Task Whatever_befalls_the_kernel_holds_the_plan_in_the_end() => Story.PlayAsync(300, PlayAsync);

    private static async Task PlayAsync(Random random, List<string> story)
    {
        var rig = new IpvsWorkerRig();
        rig.Rules.HasGeneration = random.Next(2) == 0;
        rig.Rules.Fault = () => random.Next(8) == 0 ? (FakeFault)random.Next(1, 5) : FakeFault.None;
        rig.Kernel.Fails = () => Told(random.Next(60) == 0, "fault", story);
        for (var step = 0; step < 40; step++)
        {
            switch (random.Next(12))
            {
                case <= 4:
                    var changes = rig.Cluster.Change(random);
                    story.Add($"change {string.Join(", ", changes)}");
                    rig.Desired.Apply(changes);
                    break;
                case <= 6:
                    story.Add($"sync {await rig.SyncAsync()}");
                    break;
                case 7:
                    story.Add($"audit {await rig.SyncAsync(audits: true)}");
                    break;
                case 8:
                    story.Add($"drain {await rig.Family.RemoveDrainedAsync() ?? "done"}");
                    break;
                case 9:
                    story.Add("damage " + Damage(rig, random));
                    break;
                case 10:
                    story.Add("restart");
                    rig.Restart();
                    break;
                default:
                    var refuses = random.Next(2) == 0;
                    story.Add($"refusing {refuses}");
                    rig.Kernel.Refuses = s => refuses && s is IpvsStep.AddServer { Server.PersistenceSeconds: not null } or IpvsStep.EditServer { Server.PersistenceSeconds: not null };
                    break;
            }
        }

        rig.Rules.Fault = () => FakeFault.None;
        rig.Kernel.Fails = () => false;
        rig.Kernel.Refuses = _ => false;
        for (var i = 0; i < 3; i++)
        {
            story.Add($"sync {await rig.SyncAsync()}");
        }

        Assert.True(await rig.SyncAsync(audits: true));
        rig.AssertHolds();
        Assert.Null(await rig.Family.RemoveDrainedAsync());
        Assert.DoesNotContain(rig.Kernel.Model.Servers.Servers.SelectMany(s => s.RealServers), r => r.Weight == 0);

        // And it stays so without another write.
        var (steps, restores) = (rig.Kernel.Steps.Count, rig.Rules.Restores);
        Assert.True(await rig.SyncAsync(audits: true));
        rig.Restart();
        Assert.True(await rig.SyncAsync());
        Assert.Equal((steps, restores), (rig.Kernel.Steps.Count, rig.Rules.Restores));
    }

    private static bool Told(bool happens, string what, List<string> story)
    {
        if (happens)
        {
            story.Add(what);
        }

        return happens;
    }

    // What others do: to sets, servers and addresses, or to the chains.
    private static string Damage(IpvsWorkerRig rig, Random random)
    {
        if (rig.Kernel.Model.Sets.Sets.Count > 0 && random.Next(3) > 0)
        {
            IReadOnlyList<string> done = [];
            rig.Kernel.Damage(model => done = IpvsDamage.Do(model, random, 1 + random.Next(3)).Done);
            return string.Join("; ", done);
        }

        var name = ((string[])["filter", "mangle", "nat"])[random.Next(3)];
        var chains = rig.Rules[name].Chains.Keys.Where(c => c.StartsWith("KUBE-", StringComparison.Ordinal) || c.StartsWith("SLUICE-", StringComparison.Ordinal)).ToList();
        if (chains.Count == 0)
        {
            return "none";
        }

        var chain = chains[random.Next(chains.Count)];
        rig.Rules.Change(name, table => table with
        {
            Chains = random.Next(2) == 0
                ? table.Chains.SetItem(chain, [])
                : table.Chains
                    .Select(c => KeyValuePair.Create(c.Key, c.Value.RemoveAll(r => FakeTable.TargetOf(r) == chain)))
                    .Where(c => c.Key != chain)
                    .ToImmutableSortedDictionary(StringComparer.Ordinal),
        });
        return $"{name} {chain}";
    }
}
