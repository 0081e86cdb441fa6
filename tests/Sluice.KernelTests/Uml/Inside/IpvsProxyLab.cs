using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Sluice.KernelTests.Daemon;
using Sluice.KernelTests.Lab;
using Xunit;

namespace Sluice.KernelTests.Uml.Inside;

/// <summary>A network namespace with an address, manifests, and the real proxy as a process of its own; ipset, ipvsadm, ip and iptables are the judges.</summary>
internal sealed partial class IpvsProxyLab : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sluice-ipvs-").FullName;
    private readonly List<ProxyProcess> _processes = [];

    public IpvsProxyLab()
    {
        Run("ip", "link", "set", "lo", "up");
        Run("ip", "link", "add", "eth0", "type", "dummy");
        Run("ip", "addr", "add", "192.0.2.1/24", "dev", "eth0");
        Run("ip", "link", "set", "eth0", "up");
        Directory.CreateDirectory(Path.Combine(_folder, "cluster"));
    }

    public NetworkNamespace Namespace { get; } = new("proxy");

    /// <summary>
    /// What the sets hold, virtual servers, addresses and rules of Services, in the order of their text: in which order jumps stand that came at different
    /// times is not told.
    /// </summary>
    public string State => string.Join('\n', (string[])[.. Sorted(Run("ipset", "save")), .. Sorted(Run("ipvsadm", "-Sn")), .. Addresses, .. Rules.Order(StringComparer.Ordinal)]);

    /// <summary>The addresses of kube-ipvs0.</summary>
    public IReadOnlyList<string> Addresses => Namespace.Execute("ip", ["-o", "-4", "addr", "show", "dev", "kube-ipvs0"]) is { ExitCode: 0, Output: var lines }
        ? [.. lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries)[3]).Order(StringComparer.Ordinal)]
        : [];

    /// <summary>The lines of iptables-save that name a chain of a proxy, less the one shared with the kubelet.</summary>
    public IReadOnlyList<string> Rules => [.. Run("iptables-legacy-save").Split('\n')
        .Where(l => l.Contains("KUBE-", StringComparison.Ordinal) || l.Contains("SLUICE-", StringComparison.Ordinal))
        .Where(l => !l.Contains("KUBE-FIREWALL", StringComparison.Ordinal))];

    /// <summary>How many virtual servers and real servers there are.</summary>
    public (int Virtual, int Real) Servers
    {
        get
        {
            var lines = Run("ipvsadm", "-Sn").Split('\n');
            return (lines.Count(l => l.StartsWith("-A ", StringComparison.Ordinal)), lines.Count(l => l.StartsWith("-a ", StringComparison.Ordinal)));
        }
    }

    public string Run(string program, params string[] arguments) => Namespace.Check(program, arguments);

    /// <summary>Puts Services there, whole, at one moment.</summary>
    public void Write(int services, Func<int, int[]> endpoints) => Write(ClusterFile.Json(services, endpoints));

    public void Write(string text)
    {
        var path = Path.Combine(_folder, "cluster", "cluster.json");
        File.WriteAllText(path + ".new", text);
        File.Move(path + ".new", path, overwrite: true);
    }

    /// <summary>Starts the proxy and waits until both families are routed.</summary>
    public async Task<ProxyProcess> StartAsync(params string[] flags)
    {
        var proxy = Process([
            "--cluster", Path.Combine(_folder, "cluster"), "--node", "node", "--cluster-cidr", "10.128.0.0/9", "--iptables-backend", "legacy", "-v", "1", .. flags]);
        await proxy.ReadyAsync("IPv4");
        await proxy.ReadyAsync("IPv6");
        return proxy;
    }

    public Task<ProxyProcess> StartIpvsAsync(params string[] flags) => StartAsync(["--proxy-mode", "ipvs", .. flags]);

    /// <summary>Removes rules; returns what it said.</summary>
    public async Task<string> CleanUpAsync(string how)
    {
        var process = Process([how]);
        Assert.True(await process.ExitAsync() == 0, process.Log);
        return process.Log;
    }

    /// <summary>What a metric of the proxy has come to, over both families.</summary>
    public async Task<double> MetricAsync(string series)
    {
        using var http = NamespaceHttp.NewClient(Namespace);
        var text = await http.GetStringAsync(new Uri("http://127.0.0.1:10249/metrics"), TestContext.Current.CancellationToken);
        return text.Split('\n').Where(l => l.StartsWith(series, StringComparison.Ordinal)).Sum(l => double.Parse(l.Split(' ')[^1], CultureInfo.InvariantCulture));
    }

    public void Dispose()
    {
        _processes.ForEach(p => p.Dispose());
        Namespace.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private ProxyProcess Process(string[] arguments)
    {
        var process = new ProxyProcess(Namespace.Start(new ProcessStartInfo(
            UserModeLinux.Dotnet, [Path.Combine(AppContext.BaseDirectory, "sluice.dll"), "proxy", .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardError = true,
        }));
        _processes.Add(process);
        return process;
    }

    private static IEnumerable<string> Sorted(string text) => text.Split('\n').Select(l => Chance().Replace(l.TrimEnd(), "")).Where(l => l.Length > 0).Order(StringComparer.Ordinal);

    // A hash begins with a number by chance, and its size is what it has grown to.
    [GeneratedRegex(" (initval|hashsize) \\S+", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Chance();
}
