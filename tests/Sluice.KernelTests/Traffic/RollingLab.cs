using System.Diagnostics;
using Sluice.KernelTests.Daemon;
using Sluice.KernelTests.Lab;
using Xunit;

namespace Sluice.KernelTests.Traffic;

/// <summary>A node whose proxy follows an API server, a Deployment that is updated without end, and clients that connect without end.</summary>
internal sealed class RollingLab : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sluice-rolling-").FullName;
    private readonly LabCluster _cluster;
    private readonly CancellationTokenSource _end = new();
    private readonly List<string> _logs = [];
    private LabSource? _source;
    private RollingUpdate? _update;
    private Task _updating = Task.CompletedTask;
    private ConnectionLoad? _load;
    private ProxyProcess? _proxy;

    private RollingLab(LabCluster cluster) => _cluster = cluster;

    /// <summary>The clients.</summary>
    public ConnectionLoad Load => _load!;

    /// <summary>The Deployment.</summary>
    public RollingUpdate Update => _update!;

    /// <summary>What was done to the proxy.</summary>
    public List<string> Events { get; } = [];

    /// <summary>What the proxies wrote, the last one included, but for changes that went as they should.</summary>
    public string Log => string.Join('\n', _logs.Append(_proxy?.Log ?? "").SelectMany(l => l.Split('\n')).Where(l => !l.Contains("level=debug", StringComparison.Ordinal)));

    /// <summary>The flags that have the proxy follow the configuration file.</summary>
    public string[] ConfigurationFlags => ["--config", ConfigurationPath, "--iptables-backend", "nft", "-v", "1"];

    private string ConfigurationPath => Path.Combine(_folder, "kube-proxy.conf");

    private static string ClusterCidr => LabAddresses.ClusterCidrs[0].ToCidrString();

    /// <summary>Builds it, without a proxy as yet; skips the test with the reason where none can be.</summary>
    public static async Task<RollingLab> CreateAsync()
    {
        if ((LabSupport.Unavailable ?? LabProbe.Unavailable(LabVariant.Nft)) is { } reason)
        {
            Assert.Skip(reason);
        }

        var lab = new RollingLab(LabCluster.Build([.. Enumerable.Range(0, RollingUpdate.Pods).Select(i => new LabPod($"web-{i}", 11 + i)), new LabPod("shell", 100)]));
        lab._source = await LabSource.OpenAsync(lab._cluster.Node.Machine.Namespace, Path.Combine(lab._folder, "cluster"), fromServer: true);
        lab._update = new RollingUpdate(lab._cluster, [.. lab._cluster.Node.Pods.Where(p => p.Name != "shell")], lab._source);
        return lab;
    }

    /// <summary>The flags for a proxy without a configuration file.</summary>
    public string[] FlagsOf(ProxyRules rules) =>
        [.. _source!.Flags, .. rules.Flags(), .. rules.Periods("100ms"), "--cluster-cidr", ClusterCidr, "--nodeport-addresses", "0.0.0.0/0", "-v", "1"];

    /// <summary>Puts a configuration file with a mode there, at one moment.</summary>
    public void Configure(string mode)
    {
        File.WriteAllText(ConfigurationPath + ".new", $$"""
            apiVersion: kubeproxy.config.k8s.io/v1alpha1
            kind: KubeProxyConfiguration
            clientConnection: { kubeconfig: {{_source!.Kubeconfig}} }
            mode: {{mode}}
            clusterCIDR: {{ClusterCidr}}
            nodePortAddresses: [0.0.0.0/0]
            iptables: { minSyncPeriod: 100ms }

            """);
        File.Move(ConfigurationPath + ".new", ConfigurationPath, overwrite: true);
    }

    /// <summary>Starts the first proxy, then the update and the clients.</summary>
    public async Task StartAsync(params string[] flags)
    {
        _proxy = await LabProxy.StartAsync(_cluster.Node.Machine, flags);
        _load = new ConnectionLoad(_cluster, Update.WasGone);
        _updating = Task.Run(() => Update.RunAsync(_end.Token));
    }

    /// <summary>Has the running proxy change its mode by its file, and waits until the rules of the mode before are gone.</summary>
    public async Task ChangeAsync(string mode, params string[] removed)
    {
        var (line, clock) = (_proxy!.Lines.Count, Stopwatch.StartNew());
        Configure(mode);
        await _proxy.LineAsync(line, "msg=\"removed\"", removed[0], removed[1]);
        Events.Add($"{mode} by the file, the rules before gone after {clock.Elapsed.TotalSeconds:0.0} s");
    }

    /// <summary>Ends the proxy and starts another.</summary>
    /// <param name="kills">Whether by kill -9.</param>
    /// <param name="flags">Of the next.</param>
    public async Task RestartAsync(bool kills, params string[] flags)
    {
        var clock = Stopwatch.StartNew();
        await (kills ? _proxy!.KillAsync() : _proxy!.StopAsync());
        _logs.Add(_proxy.Log);
        _proxy.Dispose();
        _proxy = await LabProxy.StartAsync(_cluster.Node.Machine, flags);
        Events.Add($"{(kills ? "kill -9" : "SIGTERM")}, another in place after {clock.Elapsed.TotalSeconds:0.0} s");
    }

    /// <summary>Waits until the proxy tells that the rules of another mode are gone.</summary>
    public Task RemovedAsync(params string[] words) => _proxy!.LineAsync(0, "msg=\"removed\"", words[0], words[1]);

    public async ValueTask DisposeAsync()
    {
        if (_load is not null)
        {
            await _load.DisposeAsync();
        }

        await _end.CancelAsync();
        await _updating;
        _proxy?.Dispose();
        if (_source is not null)
        {
            await _source.DisposeAsync();
        }

        _cluster.Dispose();
        _end.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
