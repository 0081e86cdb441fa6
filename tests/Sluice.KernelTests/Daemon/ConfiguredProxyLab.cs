using System.Diagnostics;
using Sluice.KernelTests.Lab;
using Xunit;

namespace Sluice.KernelTests.Daemon;

/// <summary>A network namespace, manifests with one node port, and the real proxy with a configuration file.</summary>
internal sealed class ConfiguredProxyLab : IDisposable
{
    private const string Header = "apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\nhostnameOverride: node\n";

    private readonly string _folder = Directory.CreateTempSubdirectory("sluice-config-").FullName;
    private readonly List<ProxyProcess> _processes = [];

    private ConfiguredProxyLab()
    {
        Directory.CreateDirectory(ClusterPath);
        File.WriteAllText(Path.Combine(ClusterPath, "cluster.json"), ClusterFile.List(
        [
            ClusterFile.Service("web", "172.30.0.1", spec: ", \"type\": \"NodePort\"").Replace("\"port\": 80", "\"port\": 80, \"nodePort\": 30080").Replace("\"type\": \"ClusterIP\", ", ""),
            ClusterFile.Slice("web", 0, 1, 2),
        ]));
        foreach (var address in (string[])["192.0.2.1/24", "198.51.100.1/24"])
        {
            Namespace.Check("ip", ["address", "add", address, "dev", "lo"]);
        }
    }

    public NetworkNamespace Namespace { get; } = new("config");

    private string ClusterPath => Path.Combine(_folder, "cluster");

    private string ConfigurationPath => Path.Combine(_folder, "config.conf");

    /// <summary>A lab; the test is skipped with the reason where none can be.</summary>
    public static ConfiguredProxyLab Create()
    {
        if (LabProbe.Unavailable(LabVariant.Nft) is { } reason)
        {
            Assert.Skip(reason);
        }

        return new ConfiguredProxyLab();
    }

    /// <summary>Puts a configuration there at one moment: the fields besides the node's name.</summary>
    public void Configure(string fields)
    {
        File.WriteAllText(ConfigurationPath + ".new", Header + fields);
        File.Move(ConfigurationPath + ".new", ConfigurationPath, overwrite: true);
    }

    /// <summary>Starts the proxy with the configuration, and waits until both families have their rules.</summary>
    public async Task<ProxyProcess> StartAsync(params string[] flags)
    {
        var proxy = Run(path: null, ["--config", ConfigurationPath, "--cluster", ClusterPath, "--iptables-backend", "nft", .. flags]);
        await proxy.ReadyAsync();
        await proxy.ReadyAsync("IPv6");
        return proxy;
    }

    /// <summary>Runs the proxy with flags only.</summary>
    /// <param name="path">Where it finds tools; null for the usual places.</param>
    /// <param name="flags">The flags.</param>
    public ProxyProcess Run(string? path, params string[] flags)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "sluice.dll"), "proxy", .. flags])
        {
            UseShellExecute = false,
            RedirectStandardError = true,
        };
        if (path is not null)
        {
            start.Environment["PATH"] = path;
        }

        var process = new ProxyProcess(Namespace.Start(start));
        _processes.Add(process);
        return process;
    }

    /// <summary>The flags that name the configuration and the manifests.</summary>
    public string[] Files => ["--config", ConfigurationPath, "--cluster", ClusterPath];

    /// <summary>A folder of iptables programs that are too old to be used.</summary>
    public string OldTools()
    {
        var folder = Directory.CreateDirectory(Path.Combine(_folder, "old")).FullName;
        foreach (var name in from family in (string[])["iptables", "ip6tables"]
                             from variant in (string[])["", "-nft", "-legacy"]
                             from verb in (string[])["", "-save", "-restore"]
                             select family + variant + verb)
        {
            var path = Path.Combine(folder, name);
            File.WriteAllText(path, "#!/bin/sh\necho 'iptables v1.4.7'\n");
#pragma warning disable CA1416 // There is a kernel to test on Linux only.
            File.SetUnixFileMode(path, (UnixFileMode)0b111_101_101);
#pragma warning restore CA1416
        }

        return folder;
    }

    public string Iptables() => Namespace.Check("iptables-nft-save", []);

    public string Nft() => Namespace.Check("nft", ["list", "ruleset"]);

    /// <summary>Waits until something in the kernel is as it should be.</summary>
    public static async Task UntilAsync(ProxyProcess proxy, Func<string> read, Func<string, bool> isRight)
    {
        var patience = Stopwatch.StartNew();
        string now;
        while (!isRight(now = read()))
        {
            Assert.True(patience.Elapsed < ProxyProcess.Patience, $"{now}\n{proxy.Log}");
            await Task.Delay(TimeSpan.FromMilliseconds(100), TestContext.Current.CancellationToken);
        }
    }

    public void Dispose()
    {
        _processes.ForEach(p => p.Dispose());
        Namespace.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
