using Sluice.Daemon;
using Sluice.Linux;
using Xunit;

namespace Sluice.Tests.Daemon;

/// <summary>Which of the kernel's settings are written in IPVS mode.</summary>
public sealed class IpvsSysctlsTests
{
    private readonly StringWriter _log = new();
    private readonly List<string> _written = [];
    private readonly Dictionary<string, string> _kernel = new()
    {
        ["kernel.osrelease"] = "6.1.0-13-amd64",
        ["net.ipv4.vs.conntrack"] = "0",
        ["net.ipv4.vs.conn_reuse_mode"] = "1",
        ["net.ipv4.vs.expire_nodest_conn"] = "0",
        ["net.ipv4.vs.expire_quiescent_template"] = "0",
        ["net.ipv4.ip_forward"] = "0",
        ["net.ipv4.conf.all.arp_ignore"] = "0",
        ["net.ipv4.conf.all.arp_announce"] = "0",
    };

    private EventLog Log => new(_log, new ManualTime(), verbosity: 0);

    [Fact]
    public void The_usual_settings_are_kube_proxys()
    {
        IpvsSysctls.Apply(strictArp: false, Read, Write, Log);
        Assert.Equal(["net.ipv4.vs.expire_nodest_conn=1", "net.ipv4.vs.expire_quiescent_template=1", "net.ipv4.ip_forward=1"], _written);
    }

    [Fact]
    public void Strict_ARP_is_two_settings_more()
    {
        IpvsSysctls.Apply(strictArp: true, Read, Write, Log);
        Assert.Equal(["net.ipv4.conf.all.arp_ignore=1", "net.ipv4.conf.all.arp_announce=2"], _written[^2..]);
    }

    [Theory]
    [InlineData("4.18.0-553.el8.x86_64", true)]
    [InlineData("5.8.18", true)]
    [InlineData("5.9-rc1", false)]
    [InlineData("5.15.0-1", false)]
    [InlineData("6.1", false)]
    [InlineData("10.0.1", false)]
    [InlineData("unheard of", false)]
    public void Reuse_of_ports_is_left_to_kernels_that_can(string release, bool isWritten)
    {
        _kernel["kernel.osrelease"] = release;
        IpvsSysctls.Apply(strictArp: false, Read, Write, Log);
        Assert.Equal(isWritten, _written.Contains("net.ipv4.vs.conn_reuse_mode=0"));
    }

    [Fact]
    public void What_is_right_already_is_not_written()
    {
        (_kernel["net.ipv4.vs.expire_nodest_conn"], _kernel["net.ipv4.vs.expire_quiescent_template"], _kernel["net.ipv4.ip_forward"]) = ("1", "1", "1");
        IpvsSysctls.Apply(strictArp: false, Read, ReadOnly, Log);
        Assert.Equal("", _log.ToString());
    }

    [Fact]
    public void Where_nothing_can_be_written_it_goes_on_with_one_warning()
    {
        IpvsSysctls.Apply(strictArp: true, Read, ReadOnly, Log);
        var line = Assert.Single(_log.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal("level=warn", line.Split(' ')[1]);
        Assert.Contains("arp_announce", line, StringComparison.Ordinal);
    }

    [Fact]
    public void Connection_tracking_by_IPVS_must_be_had()
    {
        IpvsSysctls.Require(Read, Write, Log);
        Assert.Equal(["net.ipv4.vs.conntrack=1"], _written);
        var failure = Assert.Throws<CommandFailure>(() => IpvsSysctls.Require(Read, ReadOnly, Log));
        Assert.Equal("IPVS mode cannot masquerade: sysctl net.ipv4.vs.conntrack cannot be set to 1: it needs root", failure.Message);
        _kernel.Remove("net.ipv4.vs.conntrack");
        failure = Assert.Throws<CommandFailure>(() => IpvsSysctls.Require(Read, Write, Log));
        Assert.Equal("IPVS mode cannot masquerade: sysctl net.ipv4.vs.conntrack: this kernel does not have it", failure.Message);
        _kernel["net.ipv4.vs.conntrack"] = "1";
        IpvsSysctls.Require(Read, ReadOnly, Log);
    }

    private SysctlResult Read(string name) => _kernel.TryGetValue(name, out var value)
        ? new SysctlResult(value, Problem: null)
        : new SysctlResult(Value: null, $"sysctl {name}: this kernel does not have it");

    private SysctlResult Write(string name, string value)
    {
        _written.Add($"{name}={value}");
        return new SysctlResult(value, Problem: null);
    }

    private static SysctlResult ReadOnly(string name, string value) => new(Value: null, $"sysctl {name} cannot be set to {value}: it needs root");
}
