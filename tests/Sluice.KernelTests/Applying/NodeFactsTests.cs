using Sluice.Linux;
using Xunit;

namespace Sluice.KernelTests.Applying;

/// <summary>Addresses and settings of a network namespace.</summary>
public sealed class NodeFactsTests
{
    [Fact]
    public void Addresses_are_those_of_the_namespace_of_the_thread()
    {
        using var space = Open();
        Assert.Empty(space.Run(LocalAddresses.Read));
        space.Check("ip", ["link", "add", "one", "type", "veth", "peer", "name", "two"]);
        space.Check("ip", ["addr", "add", "192.0.2.1/24", "dev", "one"]);
        space.Check("ip", ["addr", "add", "192.0.2.2/24", "dev", "one"]);
        space.Check("ip", ["addr", "add", "2001:db8::1/64", "dev", "one", "nodad"]);
        space.Check("ip", ["link", "set", "lo", "up"]);
        Assert.Equal(["127.0.0.1", "192.0.2.1", "192.0.2.2", "::1", "2001:db8::1"], space.Run(LocalAddresses.Read).Select(a => a.ToString()));
    }

    [Fact]
    public void Addresses_of_Services_that_IPVS_made_the_kernels_own_are_not_the_nodes()
    {
        using var space = Open();
        space.Check("ip", ["link", "add", "kube-ipvs0", "type", "veth", "peer", "name", "kube-ipvs1"]);
        foreach (var (link, address) in (ReadOnlySpan<(string, string)>)[("kube-ipvs0", "10.96.0.1/32"), ("kube-ipvs0", "fd00::1/128"), ("kube-ipvs0", "192.0.2.1/32"), ("kube-ipvs1", "192.0.2.1/32")])
        {
            space.Check("ip", ["addr", "add", address, "dev", link]);
        }

        Assert.Equal(["192.0.2.1"], space.Run(LocalAddresses.Read).Select(a => a.ToString()));
    }

    [Fact]
    public void Settings_are_read_and_written_in_the_namespace_of_the_thread()
    {
        using var space = Open();
        using var other = Open();
        Assert.Equal("1", space.Run(() => Sysctl.Write("net.ipv4.conf.all.route_localnet", "1")).Value);
        Assert.Equal("1", space.Run(() => Sysctl.Read("net.ipv4.conf.all.route_localnet")).Value);
        Assert.Equal("0", other.Run(() => Sysctl.Read("net.ipv4.conf.all.route_localnet")).Value);
    }

    [Fact]
    public void Why_a_setting_cannot_be_had_is_said_in_one_line()
    {
        using var space = Open();
        Assert.Equal("sysctl net.ipv4.nothing: this kernel does not have it", space.Run(() => Sysctl.Read("net.ipv4.nothing")).Problem);
        Assert.Equal("sysctl net.nothing.at.all: this kernel does not have it", space.Run(() => Sysctl.Write("net.nothing.at.all", "1")).Problem);
        Assert.StartsWith("sysctl net.ipv4.conf.all.route_localnet cannot be set to many: ", space.Run(() => Sysctl.Write("net.ipv4.conf.all.route_localnet", "many")).Problem);
    }

    private static NetworkNamespace Open()
    {
        if (Lab.LabProbe.Unavailable(Lab.LabVariant.Nft) is { } reason)
        {
            Assert.Skip(reason);
        }

        return new NetworkNamespace("facts");
    }
}
