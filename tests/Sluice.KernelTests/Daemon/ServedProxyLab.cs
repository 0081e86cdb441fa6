using System.Diagnostics;
using Sluice.KernelTests.Traffic;
using Sluice.Kubernetes.Intent;
using Sluice.Net;
using Sluice.Tests.Api.Server;
using Xunit;

namespace Sluice.KernelTests.Daemon;

/// <summary>A network namespace with an API server in it, and the real proxy in nftables mode that follows the server.</summary>
internal sealed class ServedProxyLab : IAsyncDisposable
{
    private readonly NftProxyLab _lab;
    private readonly LabApiServer _server;
    private string[] _objects = [];

    private ServedProxyLab(NftProxyLab lab, LabApiServer server, string folder) => (_lab, _server, Folder) = (lab, server, folder);

    /// <summary>How the node is described where nothing else is said.</summary>
    public static NodeProfile UnknownNode { get; } = new()
    {
        Name = "node",
        LocalDetector = new LocalDetector.Cidr([Prefix.Parse("10.128.0.0/9")]),
        LocalhostNodePorts = false,

        // Node ports are served on the Node's addresses, and there is no Node.
        NodePortAddresses = [Prefix.Parse("0.0.0.0/32"), Prefix.Parse("::/128")],
    };

    /// <summary>The server.</summary>
    public ApiServer Server => _server.Server;

    /// <summary>Where it and the proxy are.</summary>
    public NetworkNamespace Namespace => _lab.Namespace;

    /// <summary>The folder of the proxy's kubeconfig.</summary>
    public string Folder { get; }

    /// <summary>How the node is described now.</summary>
    public NodeProfile Node { get; set; } = UnknownNode;

    /// <summary>A lab; the test is skipped with the reason where none can be.</summary>
    public static async Task<ServedProxyLab> CreateAsync()
    {
        var lab = NftProxyLab.Create();
        lab.Namespace.Check("ip", ["link", "set", "lo", "up"]);
        var folder = Directory.CreateTempSubdirectory("sluice-server-").FullName;
        return new ServedProxyLab(lab, await LabApiServer.StartAsync(lab.Namespace, folder), folder);
    }

    /// <summary>Has the server serve these objects and no others.</summary>
    public void Serve(params IEnumerable<string> objects)
    {
        _objects = [.. objects];
        _server.Serve(_objects);
    }

    /// <summary>Starts the proxy, and does not wait.</summary>
    public ProxyProcess Run(params string[] flags) => _lab.RunNftables(["--kubeconfig", _server.Kubeconfig, "--cluster-cidr", "10.128.0.0/9", .. flags]);

    /// <summary>Starts it and waits until both families have their rules.</summary>
    public async Task<ProxyProcess> StartAsync(params string[] flags)
    {
        var proxy = Run(flags);
        await proxy.ReadyAsync("IPv4");
        await proxy.ReadyAsync("IPv6");
        return proxy;
    }

    /// <summary>What the kernel has otherwise than the server's objects want it; empty when nothing.</summary>
    public string Difference()
    {
        _lab.Write(ClusterFile.List(_objects));
        return _lab.Difference(Node);
    }

    /// <summary>Waits until nothing is.</summary>
    /// <param name="proxy">The proxy.</param>
    /// <param name="when">What for, in the words of a failed test.</param>
    /// <param name="always">What must be in the listing of the IPv4 table all the while.</param>
    public async Task<TimeSpan> BecomesRightAsync(ProxyProcess proxy, string when, string? always = null)
    {
        var patience = Stopwatch.StartNew();
        string difference;
        while ((difference = Difference()).Length > 0)
        {
            Assert.True(patience.Elapsed < ProxyProcess.Patience, $"{when}: {difference}\n{proxy.Log}");
            if (always is not null)
            {
                Assert.Contains(always, _lab.Nft("list", "table", "ip", "sluice"), StringComparison.Ordinal);
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), TestContext.Current.CancellationToken);
        }

        return patience.Elapsed;
    }

    public async ValueTask DisposeAsync()
    {
        _lab.Dispose();
        await _server.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }
}
