using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Sluice.Commands;
using Sluice.Kubernetes.Configuration;
using Sluice.Kubernetes.Configuration.Settings;
using Sluice.Tests.Kubernetes.Configuration;
using Xunit;

namespace Sluice.Tests.Cli;

/// <summary>The proxy's flags: what they make of a configuration is asked by having it written.</summary>
public sealed partial class ProxyOptionsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sluice-options-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_document_of_all_settings_is_up_to_date()
    {
        var file = Path.Combine(Repository(), "docs", "kube-proxy-options.md");
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
        {
            File.WriteAllText(file, SettingDocument.Write());
        }

        Assert.Equal(SettingDocument.Write(), File.ReadAllText(file));
    }

    [Fact]
    public void Help_has_the_flags_of_the_document_and_no_others()
    {
        var help = CommandRunner.Run("proxy --help");
        var document = File.ReadAllLines(Path.Combine(Repository(), "docs", "kube-proxy-options.md"))
            .Where(l => l.StartsWith("| `", StringComparison.Ordinal))
            .SelectMany(l => FlagWord().Matches(l.Split('|')[1]).Select(m => m.Value));
        var shown = help.Output.Split('\n').Where(l => l.StartsWith("  -", StringComparison.Ordinal)).SelectMany(l => FlagWord().Matches(l).Select(m => m.Value));
        Assert.Equal(document.Order(StringComparer.Ordinal), shown.Except(["-h", "--help"]).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Help_tells_the_default_of_every_flag_that_has_one()
    {
        var help = Blanks().Replace(CommandRunner.Run("proxy --help").Output, " ");
        Assert.All(
            SettingDocument.All.Where(s => s is { Flag: not null, DefaultText: not ("" or "false") }),
            s => Assert.Matches($"{s.FlagName}[ \\[][^§]*?\\(default {Regex.Escape(s.DefaultText)}\\)", help));
    }

    [Fact]
    public void Without_flags_the_defaults_are_written() =>
        Assert.Equal(ProxyConfiguration.Default, Written(""));

    [Fact]
    public void The_defaults_as_a_file_are_what_was_approved()
    {
        Written("");
        var golden = Path.Combine(Repository(), "tests", "Sluice.Tests", "Cli", "Golden", "proxy-configuration.yaml");
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
        {
            File.Copy(Path.Combine(_folder, "written.yaml"), golden, overwrite: true);
        }

        Assert.Equal(File.ReadAllText(golden), File.ReadAllText(Path.Combine(_folder, "written.yaml")));
    }

    [Fact]
    public void Every_flag_with_a_field_sets_it_on_a_command_line()
    {
        var tried = 0;
        for (var seed = 0; seed < 5; seed++)
        {
            var wanted = RandomConfiguration.Next(new Random(seed));
            foreach (var setting in ConfigurationTable.All.Where(s => s.Flag is not null && !s.AreSame(wanted, ProxyConfiguration.Default)))
            {
                // What goes with it, so that one flag alone is in order.
                var flags = (string[])["--pod-bridge-interface=cni0", "--pod-interface-name-prefix=veth", "--iptables-sync-period=9000h", "--nftables-sync-period=9000h"];
                var result = Written([.. flags.Where(f => !f.StartsWith(setting.FlagName + "=", StringComparison.Ordinal)), $"{setting.FlagName}={setting.Show(wanted)}"]);
                Assert.True(setting.AreSame(wanted, result), $"seed {seed}: {setting.FlagName}={setting.Show(wanted)} became {setting.Show(result)}");
                tried++;
            }
        }

        Assert.True(tried > 100, $"{tried} flags");
    }

    [Fact]
    public void The_flags_that_k3s_gives_are_taken()
    {
        var configuration = Written(
            "--cluster-cidr=10.62.0.0/16 --conntrack-max-per-core=0 --conntrack-tcp-timeout-close-wait=0s --conntrack-tcp-timeout-established=0s " +
            "--healthz-bind-address=127.0.0.1 --hostname-override=edge-1 --kubeconfig=/var/lib/k3s/agent/kubeproxy.kubeconfig --proxy-mode=iptables");
        Assert.Equal("127.0.0.1:10256", configuration.HealthzBindAddress.ToString());
        Assert.Equal(("edge-1", 0), (configuration.HostnameOverride, configuration.Conntrack.MaxPerCore));
        Assert.Equal("/var/lib/k3s/agent/kubeproxy.kubeconfig", configuration.ClientConnection.Kubeconfig);
    }

    [Fact]
    public void The_flags_that_kops_gives_are_taken()
    {
        var configuration = Written(
            "--alsologtostderr=true --log-file=/var/log/kube-proxy.log --logtostderr=false --cluster-cidr=10.63.0.0/16 --conntrack-max-per-core=131072 " +
            "--hostname-override=i-0abc --kubeconfig=/var/lib/kube-proxy/kubeconfig --master=https://127.0.0.1 --oom-score-adj=-998 --v=2");
        Assert.Equal((-998, 2, 131072), (configuration.OomScoreAdj, configuration.Logging.Verbosity, configuration.Conntrack.MaxPerCore));
    }

    [Theory]
    [InlineData("--iptables-sync-period=7s --iptables-min-sync-period=3s", 7, 3)]
    [InlineData("--iptables-sync-period=7s --nftables-sync-period=9s", 9, 0)]
    public void The_periods_of_iptables_count_in_nftables_mode_unless_it_has_its_own(string flags, int sync, int minimum)
    {
        var nftables = Written("--proxy-mode=nftables " + flags).Nftables;
        Assert.Equal((sync, minimum), (nftables.SyncPeriod.TotalSeconds, nftables.MinSyncPeriod.TotalSeconds));
    }

    [Theory]
    [InlineData("--masquerade-all", true)]
    [InlineData("--masquerade_all", true)]
    [InlineData("--masquerade-all=true --masquerade-all=false", false)]
    [InlineData("--masquerade-all=F", false)]
    [InlineData("--masquerade-all --oom-score-adj -998 --cluster-cidr=", true)]
    public void A_flag_is_written_as_pflag_takes_it(string flags, bool expected) => Assert.Equal(expected, Written(flags).Iptables.MasqueradeAll);

    [Theory]
    [InlineData("-v2")]
    [InlineData("-v 2")]
    [InlineData("-v=2")]
    [InlineData("--v 1 --v 2")]
    public void Verbosity_is_written_in_every_usual_way(string flags) => Assert.Equal(2, Written(flags).Logging.Verbosity);

    [Fact]
    public void Lists_of_two_flags_are_one() => Assert.Equal(
        ["10.0.0.0/8", "192.0.2.0/24", "fd00::/64"],
        Written("--nodeport-addresses=10.0.0.0/8,192.0.2.0/24 --nodeport-addresses fd00::/64").NodePortAddresses.Ranges.Select(r => r.ToCidrString()));

    [Theory]
    [InlineData("--healthz-port=0", "healthzBindAddress: '' cannot be said in a file: there it stands for 0.0.0.0:10256")]
    [InlineData("--metrics-bind-address=", "metricsBindAddress: '' cannot be said in a file: there it stands for 127.0.0.1:10249")]
    [InlineData("--iptables-min-sync-period=0", "iptables.minSyncPeriod: '0s' cannot be said in a file: there it stands for 1s")]
    public void What_no_file_can_say_is_not_written(string flags, string message)
    {
        var path = Path.Combine(_folder, "written.yaml");
        var result = CommandRunner.Run($"proxy --write-config-to {path} {flags}");
        Assert.Equal((2, $"sluice: --write-config-to {path}: {message}\n"), (result.Code, result.Error));
        Assert.False(File.Exists(path));
    }

    [Theory]
    [InlineData("--nodeport-addresses=10.0.0.0/8 --nodeport-addresses=primary", "--nodeport-addresses: the word primary stands alone")]
    [InlineData("--cleanup --cleanup=false", "--cleanup: given with a value and without one: expected one of the two")]
    [InlineData("--kube-api-burst=-1", "--kube-api-burst: expected a number from 0, not '-1'")]
    [InlineData("--proxy-mode=userspace", "--proxy-mode: 'userspace' is refused: kube-proxy 1.26 dropped this mode, take iptables or nftables")]
    [InlineData("--show-hidden-metrics-for-version=1", "--show-hidden-metrics-for-version: expected a minor version such as 1.35, not '1'")]
    [InlineData("--config=/nowhere/at.all", "/nowhere/at.all: cannot be read: Could not find a part of the path '/nowhere/at.all'.")]
    public void A_flag_that_makes_no_sense_is_one_line(string flags, string message)
    {
        var result = CommandRunner.Run("proxy " + flags);
        Assert.Equal((2, $"sluice: {message}\n"), (result.Code, result.Error));
    }

    [Fact]
    public void Beside_a_file_only_the_node_and_logging_count()
    {
        var file = Path.Combine(_folder, "config.conf");
        File.WriteAllText(file, ConfigurationText.Header + "clusterCIDR: 10.1.0.0/16\nhostnameOverride: one\nlogging: {verbosity: 1}\n");
        var configuration = Written($"--config={file} --cluster-cidr=10.2.0.0/16 --hostname-override=TWO -v=3 --logging-format=json --masquerade-all");
        Assert.Equal(("10.1.0.0/16", "two", 3), (configuration.ClusterCidr[0].ToCidrString(), configuration.HostnameOverride, configuration.Logging.Verbosity));
        Assert.Equal((LogFormat.Json, false), (configuration.Logging.Format, configuration.Iptables.MasqueradeAll));
        var told = CommandRunner.Run($"proxy --config={file} --cluster-cidr=10.2.0.0/16 --masquerade-all -v=3 -c /nowhere");
        Assert.Contains("msg=\"beside --config these flags do not count: --cluster-cidr, --masquerade-all\"", told.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_in_a_file_that_cannot_stand_in_a_rule_is_named_with_its_line()
    {
        var file = Path.Combine(_folder, "config.conf");
        File.WriteAllText(file, ConfigurationText.Header + "detectLocalMode: BridgeInterface\ndetectLocal:\n  bridgeInterface: br 0\n");
        var result = CommandRunner.Run($"proxy --config {file}");
        Assert.Equal((2, $"sluice: {file}:5: detectLocal.bridgeInterface: not an interface's name: 'br 0'\n"), (result.Code, result.Error));
    }

    [Fact]
    public void The_version_is_told() => Assert.StartsWith("Sluice 0.1.0", CommandRunner.Run("proxy --version").Output, StringComparison.Ordinal);

    [Fact]
    public void What_is_not_honoured_has_a_reason() =>
        Assert.All(SettingDocument.All, s => Assert.True(s.State == SettingState.Honoured || s.Reason.Length > 0, s.Name));

    private static string Repository([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", ".."));

    private ProxyConfiguration Written(string flags) => Written(flags.Split(' ', StringSplitOptions.RemoveEmptyEntries));

    private ProxyConfiguration Written(string[] flags)
    {
        var path = Path.Combine(_folder, "written.yaml");
        var result = CommandRunner.Run(["proxy", "--write-config-to", path, .. flags], []);
        Assert.True(result.Code == 0, $"{string.Join(' ', flags)}: {result}");
        return ConfigurationText.Of(File.ReadAllText(path));
    }

    [GeneratedRegex("--?[a-z][-a-z0-9]*")]
    private static partial Regex FlagWord();

    [GeneratedRegex("\\s+")]
    private static partial Regex Blanks();
}
