using Sluice.Daemon;
using Sluice.Kubernetes.Configuration;
using Sluice.Linux;
using Xunit;

namespace Sluice.Tests.Daemon;

/// <summary>Which settings of connection tracking are written.</summary>
public sealed class ConntrackSysctlsTests
{
    private readonly StringWriter _log = new();
    private readonly List<string> _written = [];
    private readonly Dictionary<string, string> _kernel = new()
    {
        ["max"] = "65536",
        ["buckets"] = "16384",
        ["tcp_timeout_established"] = "432000",
        ["tcp_timeout_close_wait"] = "60",
        ["tcp_be_liberal"] = "1",
        ["udp_timeout"] = "30",
        ["udp_timeout_stream"] = "120",
    };

    [Theory]
    [InlineData(32_768, 131_072, 2, 131_072)]
    [InlineData(32_768, 131_072, 8, 262_144)]
    [InlineData(32_768, 131_072, 64, 1_048_576)]
    [InlineData(32_768, 0, 1, 32_768)]
    [InlineData(0, 131_072, 8, 0)]
    [InlineData(int.MaxValue, 0, 64, 1_048_576)]
    public void The_limit_is_by_cores_with_a_floor_and_a_ceiling(int perCore, int min, int cores, int max) =>
        Assert.Equal(max, ConntrackSysctls.MostFlows(new ConntrackConfiguration { MaxPerCore = perCore, Min = min }, cores));

    [Fact]
    public void The_usual_settings_are_kube_proxys()
    {
        Apply(new ConntrackConfiguration());
        Assert.Equal(["max=131072", "buckets=32768", "tcp_timeout_established=86400", "tcp_timeout_close_wait=3600"], _written);
    }

    [Fact]
    public void What_is_right_already_and_what_is_zero_is_left_alone()
    {
        (_kernel["max"], _kernel["buckets"], _kernel["tcp_timeout_established"]) = ("131072", "65536", "86400");
        Apply(new ConntrackConfiguration() with { TcpCloseWaitTimeout = TimeSpan.Zero });
        Assert.Empty(_written);
    }

    [Fact]
    public void Every_setting_can_be_set()
    {
        _kernel["tcp_be_liberal"] = "0";
        Apply(new ConntrackConfiguration { MaxPerCore = 0, TcpEstablishedTimeout = TimeSpan.FromSeconds(5), TcpCloseWaitTimeout = TimeSpan.FromSeconds(6), TcpBeLiberal = true, UdpTimeout = TimeSpan.FromSeconds(7), UdpStreamTimeout = TimeSpan.FromSeconds(8) });
        Assert.Equal(["tcp_timeout_established=5", "tcp_timeout_close_wait=6", "tcp_be_liberal=1", "udp_timeout=7", "udp_timeout_stream=8"], _written);
    }

    [Fact]
    public void Where_nothing_can_be_written_it_goes_on_with_one_warning()
    {
        Apply(new ConntrackConfiguration(), isReadOnly: true);
        Assert.Empty(_written);
        Assert.Equal("level=warn", Assert.Single(_log.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries)).Split(' ')[1]);
    }

    private void Apply(ConntrackConfiguration settings, bool isReadOnly = false) => ConntrackSysctls.Apply(
        settings,
        cores: 2,
        name => new SysctlResult(_kernel[Short(name)], Problem: null),
        (name, value) =>
        {
            if (isReadOnly)
            {
                return new SysctlResult(Value: null, $"sysctl {name} cannot be set to {value}: it needs root");
            }

            _written.Add($"{Short(name)}={value}");
            return new SysctlResult(value, Problem: null);
        },
        new EventLog(_log, new ManualTime(), verbosity: 0));

    private static string Short(string name) => name["net.netfilter.nf_conntrack_".Length..];
}
