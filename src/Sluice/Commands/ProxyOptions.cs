using System.CommandLine;
using System.Diagnostics;
using Sluice.Daemon;
using Sluice.Dataplane.Planning.Nftables;
using Sluice.Input;
using Sluice.Kubernetes.Configuration;
using Sluice.Kubernetes.Configuration.Settings;
using Sluice.Net;

namespace Sluice.Commands;

/// <summary>All that the command line and the configuration file say of the proxy.</summary>
internal sealed class ProxyOptions
{
    private readonly FlagSet<ProxyFlags> _own = new(ProxyFlagTable.All);
    private readonly FlagSet<ProxyConfiguration> _configuration = new(ConfigurationTable.All);

    /// <summary>Adds the flags to a verb.</summary>
    public void AddTo(Command command)
    {
        _own.AddTo(command);
        _configuration.AddTo(command);
    }

    /// <summary>The flags that are in no file.</summary>
    /// <exception cref="CommandFailure">One makes no sense.</exception>
    public ProxyFlags ReadFlags(ParseResult parsed) => _own.Read(parsed, ProxyFlags.Default);

    /// <summary>The configuration of flags alone.</summary>
    /// <exception cref="CommandFailure">It makes no sense.</exception>
    public ProxyConfiguration OfFlags(ParseResult parsed, ProxyFlags own)
    {
        var configuration = FlagConfiguration.Read(_configuration, parsed);
        var given = Fields(parsed);
        return configuration with
        {
            HealthzBindAddress = Old(own.HealthzPort, configuration.HealthzBindAddress, given.Contains("healthzBindAddress"), ListenAddress.HealthzPort),
            MetricsBindAddress = Old(own.MetricsPort, configuration.MetricsBindAddress, given.Contains("metricsBindAddress"), ListenAddress.MetricsPort),
        };
    }

    /// <summary>The configuration of a file, with the flags that count against it.</summary>
    /// <exception cref="CommandFailure">It makes no sense.</exception>
    public ProxyConfiguration OfFile(ParseResult parsed, ConfigurationFile file)
    {
        var configuration = _configuration.Read(parsed, file.Configuration, s => s.OverridesFile);
        return NodeSettingsMaker.FindProblem(configuration) is { } problem ? throw new CommandFailure(file.Locate(problem).ToString()) : configuration;
    }

    /// <summary>What to tell of flags that change nothing, each one line.</summary>
    public IEnumerable<string> Remarks(ParseResult parsed, bool hasFile)
    {
        var unheard = _configuration.Given(parsed).Where(s => hasFile && !s.OverridesFile).Select(s => s.FlagName).ToList();
        return _own.Given(parsed).Where(s => s.State == SettingState.Ignored).Select(s => $"{s.FlagName} has no effect: {s.Reason}")
            .Concat(unheard.Count > 0 ? [$"beside --config these flags do not count: {string.Join(", ", unheard)}"] : []);
    }

    /// <summary>What the proxy is to do.</summary>
    /// <exception cref="CommandFailure">The cluster, or where to serve, makes no sense.</exception>
    public static ProxySettings Settings(ProxyConfiguration configuration, ProxyFlags own, ModeChoice modes, Func<string, string?> environment)
    {
        var origin = ClusterOptions.Find(
            "proxy", GivenOrNull(own.Cluster), GivenOrNull(configuration.ClientConnection.Kubeconfig), GivenOrNull(own.Context), GivenOrNull(own.Master), environment);
        var mode = modes.Of(configuration.Mode);
        var node = NodeOf(configuration, own, mode);
        return new ProxySettings(
            origin,
            node.Name ?? NodeDescriber.HostName(),
            node,
            PeriodsOf(configuration, mode),
            own.Backend)
        {
            Configuration = configuration,
            Mode = mode,
            Tables = TablesOf(own, node.MasqueradeMark),
            ForgetsDeadTcp = own.ConntrackTcpDeadEndpoints,
            ReplacesKubeProxy = own.ReplaceKubeProxy,
            Serving = ServingSettingsMaker.Of(configuration, environment),
        };
    }

    /// <summary>How the node is configured, in a mode.</summary>
    public static NodeSettings NodeOf(ProxyConfiguration configuration, ProxyFlags own, ProxyMode mode) =>
        NodeSettingsMaker.Make(configuration, mode, own.NftablesLocalhostNodePorts);

    /// <summary>What shapes the nftables table of a family.</summary>
    public static Func<IPFamily, NftablesPlanOptions> TablesOf(ProxyFlags own, uint masqueradeMark) => family => new NftablesPlanOptions(family)
    {
        MasqueradeMark = masqueradeMark,
        Counters = own.NftablesCounters,
        DropInvalid = own.NftablesDropInvalid,
        AcceptHealthChecks = own.NftablesAcceptHealthChecks,
    };

    private static SyncPeriods PeriodsOf(ProxyConfiguration configuration, ProxyMode mode) => mode switch
    {
        ProxyMode.Iptables => new SyncPeriods(configuration.Iptables.SyncPeriod, configuration.Iptables.MinSyncPeriod),
        ProxyMode.Nftables => new SyncPeriods(configuration.Nftables.SyncPeriod, configuration.Nftables.MinSyncPeriod),
        ProxyMode.Ipvs => new SyncPeriods(configuration.Ipvs.SyncPeriod, configuration.Ipvs.MinSyncPeriod),
        _ => throw new UnreachableException(),
    };

    private static string? GivenOrNull(string text) => text.Length > 0 ? text : null;

    private HashSet<string> Fields(ParseResult parsed) => _configuration.Given(parsed).Select(s => s.Field).OfType<string>().ToHashSet(StringComparer.Ordinal);

    // 0 is no server; else the port of an address that was given without one.
    private static ListenAddress? Old(int port, ListenAddress? address, bool isGiven, int usualPort) => port == 0 ? null
        : isGiven && address is { } given && given.Port == usualPort ? given with { Port = port }
        : address;
}
