using Sluice.KernelTests.Lab;
using Xunit;

namespace Sluice.KernelTests.Daemon;

public sealed class DamageTests
{
    public static TheoryData<LabVariant, string> Cases => new(
        from variant in (LabVariant[])[LabVariant.Nft, LabVariant.Legacy]
        from damage in (string[])
        [
            "-t filter -F KUBE-FORWARD",
            "-t filter -D FORWARD -m comment --comment \"kubernetes forwarding rules\" -j KUBE-FORWARD",
            "-t nat -F KUBE-POSTROUTING",
            "-t nat -F KUBE-SERVICES",
            "-t nat -D PREROUTING -m comment --comment \"kubernetes service portals\" -j KUBE-SERVICES",
            "-t nat -R KUBE-MARK-MASQ 1 -j MARK --set-xmark 0x8000/0x8000",
            "-t nat -I KUBE-SERVICES 1 -d 172.30.0.1/32 -j RETURN",
            "-t filter -I KUBE-PROXY-FIREWALL 1 -j DROP",
        ]
        select new TheoryDataRow<LabVariant, string>(variant, damage));

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task What_somebody_changes_is_found_named_and_mended(LabVariant variant, string damage)
    {
        using var lab = ProxyLab.Create(variant);
        lab.Write(ClusterFile.Json(5, _ => [0, 1]));
        var proxy = lab.Start();
        var from = await proxy.ReadyAsync();
        await proxy.ReadyAsync("IPv6");

        lab.Iptables(Words(damage));
        Assert.NotEqual("", lab.Difference());
        await proxy.LineAsync(from, "level=warn", "mended", "family=IPv4");
        await lab.BecomesRightAsync(proxy);
    }

    [Theory]
    [InlineData(LabVariant.Nft)]
    [InlineData(LabVariant.Legacy)]
    public async Task A_flushed_table_is_filled_again_but_for_the_rules_of_others(LabVariant variant)
    {
        using var lab = ProxyLab.Create(variant);
        lab.Write(ClusterFile.Json(5, _ => [0, 1]));
        var proxy = lab.Start();
        await proxy.ReadyAsync();
        await proxy.ReadyAsync("IPv6");
        foreach (var table in (string[])["nat", "filter"])
        {
            var from = proxy.Lines.Count;
            lab.Iptables("-t", table, "-F");
            await proxy.LineAsync(from, "level=warn", "mended", "family=IPv4");
            await lab.BecomesRightAsync(proxy, ignoreForeign: true);
        }
    }

    [Fact]
    public async Task Between_audits_of_a_quiet_node_nothing_is_read()
    {
        using var lab = ProxyLab.Create(LabVariant.Nft);
        lab.Write(ClusterFile.Json(5, _ => [0, 1]));
        var proxy = lab.Start("-v", "1");
        var line = await proxy.ReadyAsync();
        var saves = 0;
        for (var i = 0; i < 4; i++)
        {
            // The start of the other family may be found by the first audit.
            saves = i == 1 ? lab.Tools.Saves : saves;
            line = await proxy.LineAsync(line, "looked for changes by others", "family=IPv4", "differences=0", "batches=0");
        }

        Assert.Equal(saves, lab.Tools.Saves);
        lab.AssertRight(proxy);
    }

    // Words of a shell line with double quotes.
    private static string[] Words(string line) => [.. line.Split('"')
        .SelectMany((part, i) => i % 2 == 1 ? [part] : part.Split(' ', StringSplitOptions.RemoveEmptyEntries))];
}
