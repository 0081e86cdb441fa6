using Sluice.KernelTests.Lab;
using Xunit;

namespace Sluice.KernelTests.Daemon;

public sealed class ManifestFaultTests
{
    [Fact]
    public async Task A_manifest_that_breaks_half_way_through_a_write_changes_nothing_until_it_is_whole()
    {
        using var lab = ProxyLab.Create(LabVariant.Nft);
        var before = ClusterFile.Json(10, _ => [0, 1]);
        var after = ClusterFile.Json(12, _ => [1, 2]);
        lab.Write(before);
        var kept = Directory.CreateTempSubdirectory("sluice-kept-").FullName;
        try
        {
            await File.WriteAllTextAsync(Path.Combine(kept, "cluster.json"), before, TestContext.Current.CancellationToken);
            var proxy = lab.Start();
            await proxy.ReadyAsync();
            await proxy.ReadyAsync("IPv6");

            // Written in place, as an editor or a full disk would leave it.
            var path = Path.Combine(lab.ClusterPath, "cluster.json");
            await File.WriteAllTextAsync(path, after[..(after.Length / 2)], TestContext.Current.CancellationToken);
            await proxy.LineAsync(0, "level=error", "cluster.json");
            Assert.True(lab.Difference(kept).Length == 0, lab.Difference(kept) + proxy.Log);

            await File.WriteAllTextAsync(path, after, TestContext.Current.CancellationToken);
            await lab.BecomesRightAsync(proxy);
        }
        finally
        {
            Directory.Delete(kept, recursive: true);
        }
    }

    [Fact]
    public async Task Hostile_names_and_annotations_reach_no_rule_and_harm_no_other_Service()
    {
        using var lab = ProxyLab.Create(LabVariant.Nft);
        string[] names = ["a\\\" -j ACCEPT #", "b\\nCOMMIT\\n*filter\\n-F", "$(reboot)", "../../etc", "x y", "\\u001b[31mred", "\\u202eevil"];
        lab.Write(ClusterFile.List(
        [
            .. names.Select((n, i) => ClusterFile.Service(n, $"172.30.9.{i + 1}")),
            .. names.Select((n, i) => ClusterFile.Slice(n, 90 + i, 0)),
            ClusterFile.Service("good", "172.30.0.1", metadata: """, "annotations": {"a": "\" -j ACCEPT\nCOMMIT\n", "b": "$(reboot)"}"""),
            ClusterFile.Slice("good", 1, 0, 1),
            ClusterFile.Service("ports", "172.30.0.2").Replace("\"port\": 80,", "\"port\": 80, \"name\": \"p\\\" -j DROP\",", StringComparison.Ordinal),
        ]));
        var proxy = lab.Start();
        await proxy.ReadyAsync();
        await proxy.ReadyAsync("IPv6");
        lab.AssertRight(proxy);
        var rules = lab.Iptables("-t", "nat", "-S");
        Assert.Contains("shop/good cluster IP", rules, StringComparison.Ordinal);
        Assert.DoesNotContain("reboot", rules, StringComparison.Ordinal);
        Assert.DoesNotContain("172.30.9.", rules, StringComparison.Ordinal);
        Assert.DoesNotContain("172.30.0.2/", rules, StringComparison.Ordinal);
        Assert.Contains(proxy.Lines, l => l.Contains("level=error", StringComparison.Ordinal) && l.Contains("cluster.json", StringComparison.Ordinal));
        Assert.DoesNotContain(proxy.Lines, l => l.Contains('\u001b') || l.Contains('\u202e'));
    }

    [Fact]
    public async Task Many_changes_per_second_become_a_write_per_period_and_the_last_counts()
    {
        using var lab = ProxyLab.Create(LabVariant.Nft);
        lab.Write(ClusterFile.Json(20, _ => [0, 1, 2]));
        var proxy = lab.Start("-v", "1");
        await proxy.ReadyAsync();
        await proxy.ReadyAsync("IPv6");
        var calls = lab.Tools.Restores;
        var clock = System.Diagnostics.Stopwatch.StartNew();
        var random = new Random(7);
        var writes = 0;
        while (clock.Elapsed < TimeSpan.FromSeconds(5))
        {
            var changed = random.Next(20);
            lab.Write(ClusterFile.Json(20, i => i == changed ? [writes % 200, 201] : [0, 1, 2]));
            writes++;
            await Task.Delay(TimeSpan.FromMilliseconds(20), TestContext.Current.CancellationToken);
        }

        await lab.BecomesRightAsync(proxy);
        var made = lab.Tools.Restores - calls;
        Assert.True(writes > 50, $"the test wrote only {writes} times");
        Assert.True(made <= clock.Elapsed.TotalSeconds + 2, $"{made} restores for {writes} changes in {clock.Elapsed.TotalSeconds:0.0} s\n{proxy.Log}");
    }
}
