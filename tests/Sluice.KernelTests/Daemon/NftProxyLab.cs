using System.Diagnostics;
using Sluice.Dataplane.Planning.Nftables;
using Sluice.KernelTests.Lab;
using Sluice.KernelTests.Traffic;
using Sluice.Kubernetes.Cluster;
using Sluice.Kubernetes.Intent;
using Sluice.Kubernetes.Manifests;
using Sluice.Linux.Netlink.Nftables;
using Sluice.Net;
using Sluice.Netfilter.Rules;
using Sluice.Tests.Planning.Nftables;
using Xunit;

namespace Sluice.KernelTests.Daemon;

/// <summary>A network namespace with nftables rules of others in it, manifests, and the real proxy as a process of its own.</summary>
internal sealed class NftProxyLab : IDisposable, IAsyncDisposable
{
    private const string ForeignRules = """
        table inet firewall {
            chain input {
                type filter hook input priority filter; policy accept;
                ip saddr 198.51.100.7 drop
            }
        }

        """;

    // Said, since no Node among the manifests says which addresses the node has.
    private const string NodePortAddresses = "192.0.2.0/24";

    private readonly string _folder = Directory.CreateTempSubdirectory("sluice-nft-").FullName;
    private readonly List<ProxyProcess> _processes = [];
    private LabSource _source;
    private readonly NftConnection _connection;

    private NftProxyLab()
    {
        _source = LabSource.OfManifests(ClusterPath);
        Nft("-f", "-", ForeignRules);
        NftConnection? connection = null;
        Namespace.Run(() => connection = NftConnection.TryOpen(out _));
        _connection = connection!;
    }

    public NetworkNamespace Namespace { get; } = new("nft-proxy");

    private string ClusterPath => Path.Combine(_folder, "cluster");

    /// <summary>A lab; the test is skipped with the reason where none can be.</summary>
    public static NftProxyLab Create()
    {
        if (LabProbe.Unavailable(LabVariant.Nft) is { } reason)
        {
            Assert.Skip(reason);
        }

        return new NftProxyLab();
    }

    /// <summary>A lab whose proxy learns of the cluster from manifests, or from an API server.</summary>
    public static async Task<NftProxyLab> CreateAsync(bool fromServer)
    {
        var lab = Create();
        lab._source = await LabSource.OpenAsync(lab.Namespace, lab.ClusterPath, fromServer);
        return lab;
    }

    /// <summary>Puts a manifest there, whole, at one moment.</summary>
    public void Write(string text) => _source.Write(text);

    /// <summary>Starts the proxy and waits until both families have their rules.</summary>
    public async Task<ProxyProcess> StartAsync(params string[] flags)
    {
        var proxy = Run([.. _source.Flags, "--node", "node", "--cluster-cidr", "10.128.0.0/9", .. flags]);
        await proxy.ReadyAsync("IPv4");
        await proxy.ReadyAsync("IPv6");
        return proxy;
    }

    /// <summary>Starts it in nftables mode.</summary>
    public Task<ProxyProcess> StartNftablesAsync(params string[] flags) =>
        StartAsync(["--proxy-mode", "nftables", "--nftables-sync-period", "1s", "--nodeport-addresses", NodePortAddresses, .. flags]);

    /// <summary>Starts it in nftables mode, and does not wait.</summary>
    public ProxyProcess RunNftables(params string[] flags) => Run(["--proxy-mode", "nftables", "--nftables-sync-period", "1s", "--node", "node", .. flags]);

    /// <summary>Removes the rules; returns what it said.</summary>
    public async Task<string> CleanUpAsync(string how)
    {
        var process = Run([how]);
        Assert.Equal(0, await process.ExitAsync());
        return process.Log;
    }

    /// <summary>Runs nft.</summary>
    public string Nft(params string[] arguments) => arguments is ["-f", "-", var input]
        ? Namespace.Check("nft", ["-f", "-"], input)
        : Namespace.Check("nft", arguments);

    /// <summary>A table as the kernel has it; null when there is none.</summary>
    public Table? Table(IPFamily family, string name = NftablesLayout.TableName)
    {
        var problem = _connection.Read(TableFamilies.Of(family), name, withElements: true, out var table, out _);
        Assert.True(problem is null, problem);
        return table;
    }

    /// <summary>How many changes anybody has made to nftables rules.</summary>
    public uint Generation() => _connection.ReadGeneration()!.Value;

    /// <summary>What is wrong with the kernel's table, measured by the manifests; empty when nothing is.</summary>
    public string Difference() => Difference(new NodeProfile
    {
        Name = "node",
        LocalDetector = new LocalDetector.Cidr([Prefix.Parse("10.128.0.0/9")]),
        LocalhostNodePorts = false,
        NodePortAddresses = [Prefix.Parse(NodePortAddresses)],
    });

    /// <summary>The same for a node that is described otherwise.</summary>
    public string Difference(NodeProfile node)
    {
        var state = new ClusterState();
        state.Apply(ManifestFolder.Read(ClusterPath).Objects.Select(o => new ClusterChange.Upsert(o)));
        return string.Join('\n', new[] { IPFamily.IPv4, IPFamily.IPv6 }.Select(family => TableDifference.Of(
            NftablesPlan.Of(ServiceIntent.Of(state.Services, state.SlicesOf, node, family), new NftablesPlanOptions(family)), Table(family)))).Trim();
    }

    /// <summary>Waits until the table is right.</summary>
    public async Task BecomesRightAsync(ProxyProcess proxy)
    {
        var patience = Stopwatch.StartNew();
        string difference;
        while ((difference = Difference()).Length > 0)
        {
            Assert.True(patience.Elapsed < ProxyProcess.Patience, $"{difference}\n{proxy.Log}");
            await Task.Delay(TimeSpan.FromMilliseconds(100), TestContext.Current.CancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Dispose();
        await _source.DisposeAsync();
    }

    public void Dispose()
    {
        _processes.ForEach(p => p.Dispose());
        _connection.Dispose();
        Namespace.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private ProxyProcess Run(string[] arguments)
    {
        var process = new ProxyProcess(Namespace.Start(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "sluice.dll"), "proxy", .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardError = true,
        }));
        _processes.Add(process);
        return process;
    }
}
