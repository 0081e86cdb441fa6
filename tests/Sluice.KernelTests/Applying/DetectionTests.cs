using Sluice.KernelTests.Lab;
using Sluice.Linux.Iptables;
using Sluice.Net;
using Sluice.Netfilter.Rules;
using Xunit;

namespace Sluice.KernelTests.Applying;

/// <summary>Which iptables is used where both variants are installed.</summary>
public sealed class DetectionTests
{
    [Theory]
    [InlineData("KUBE-KUBELET-CANARY", IPFamily.IPv4)]
    [InlineData("KUBE-IPTABLES-HINT", IPFamily.IPv4)]
    [InlineData("KUBE-IPTABLES-HINT", IPFamily.IPv6)]
    public void Kubelets_chain_decides_for_both_families_whatever_other_rules_there_are(string chain, IPFamily kubelets)
    {
        foreach (var backend in new[] { TableBackend.Nft, TableBackend.Legacy })
        {
            using var space = Open();
            for (var i = 0; i < 5; i++)
            {
                space.Check(Program(Other(backend)), ["-A", "FORWARD", "-j", "RETURN"]);
            }

            space.Check(Program(backend, kubelets), ["-t", "mangle", "-N", chain]);
            Assert.Equal((backend, backend), (Detected(space, IPFamily.IPv4), Detected(space, IPFamily.IPv6)));
        }
    }

    [Fact]
    public void Without_kubelet_the_side_with_more_rules_is_taken()
    {
        foreach (var backend in new[] { TableBackend.Nft, TableBackend.Legacy })
        {
            using var space = Open();
            space.Check(Program(Other(backend)), ["-A", "FORWARD", "-j", "RETURN"]);
            space.Check(Program(backend), ["-A", "FORWARD", "-j", "RETURN"]);
            space.Check(Program(backend, IPFamily.IPv6), ["-A", "FORWARD", "-j", "RETURN"]);
            Assert.Equal(backend, Detected(space, IPFamily.IPv4));
        }
    }

    [Fact]
    public void On_an_empty_node_plain_iptables_is_taken_and_looking_makes_no_table()
    {
        using var space = Open();
        var plain = space.Check("iptables", ["-V"]).Contains("nf_tables") ? TableBackend.Nft : TableBackend.Legacy;
        Assert.Equal(plain, Detected(space, IPFamily.IPv4));
        Assert.DoesNotContain("mangle", space.Run(() => File.ReadAllText("/proc/thread-self/net/ip_tables_names")));
    }

    [Fact]
    public void A_choice_by_hand_wins()
    {
        using var space = Open();
        space.Check(Program(TableBackend.Nft), ["-t", "mangle", "-N", "KUBE-KUBELET-CANARY"]);
        Assert.Equal(TableBackend.Legacy, Detected(space, IPFamily.IPv4, TableBackend.Legacy));
    }

    [Fact]
    public void IPv6_that_is_switched_off_is_said_not_failed()
    {
        using var space = Open();
        Assert.True(space.Sysctl("net.ipv6.conf.all.disable_ipv6", "1"));
        var absent = Assert.IsType<IptablesDetection.FamilyAbsent>(space.Run(() => IptablesTools.Detect(IPFamily.IPv6)));
        Assert.Equal("IPv6 is switched off here (net.ipv6.conf.all.disable_ipv6 is 1)", absent.Reason);
        Assert.IsType<IptablesDetection.Found>(space.Run(() => IptablesTools.Detect(IPFamily.IPv4)));
    }

    private static NetworkNamespace Open()
    {
        if ((LabProbe.Unavailable(LabVariant.Nft) ?? LabProbe.Unavailable(LabVariant.Legacy)) is { } reason)
        {
            Assert.Skip(reason);
        }

        return new NetworkNamespace("detection");
    }

    private static TableBackend Detected(NetworkNamespace space, IPFamily family, TableBackend wanted = TableBackend.Unknown)
    {
        var detection = space.Run(() => IptablesTools.Detect(family, new IptablesToolOptions { Backend = wanted }));
        var programs = Assert.IsType<IptablesDetection.Found>(detection).Tools.Programs;
        Assert.Equal(family, programs.Family);
        Assert.True(programs.Version >= IptablesPrograms.Oldest, programs.ToString());
        return programs.Backend;
    }

    private static TableBackend Other(TableBackend backend) => backend == TableBackend.Nft ? TableBackend.Legacy : TableBackend.Nft;

    private static string Program(TableBackend backend, IPFamily family = IPFamily.IPv4) =>
        (family == IPFamily.IPv4 ? "iptables-" : "ip6tables-") + (backend == TableBackend.Nft ? "nft" : "legacy");
}
