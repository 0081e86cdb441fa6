using System.Diagnostics;
using Sluice.Dataplane.Planning;
using Sluice.KernelTests.Lab;
using Sluice.KernelTests.Traffic;
using Sluice.Kubernetes.Cluster;
using Sluice.Kubernetes.Intent;
using Sluice.Kubernetes.Manifests;
using Sluice.Net;
using Xunit;

namespace Sluice.KernelTests.Daemon;

/// <summary>A network namespace with rules of others in it, manifests, and the real proxy as a process of its own.</summary>
internal sealed class ProxyLab : IDisposable, IAsyncDisposable
{
    private const string ForeignRules = """
        *filter
        :FOREIGN - [0:0]
        -A INPUT -s 198.51.100.7/32 -j DROP
        -A INPUT -j FOREIGN
        -A FOREIGN -p tcp -m tcp --dport 22 -j ACCEPT
        COMMIT
        *nat
        :DOCKER - [0:0]
        -A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER
        -A POSTROUTING -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE
        -A DOCKER -i docker0 -j RETURN
        COMMIT

        """;

    private static readonly string[] s_tables = ["filter", "nat"];

    private readonly LabVariant _variant;
    private readonly string _folder = Directory.CreateTempSubdirectory("sluice-proxy-").FullName;
    private readonly NetworkNamespace _namespace = new("proxy");
    private readonly List<ProxyProcess> _processes = [];
    private LabSource _source;
    private readonly string[] _foreign;

    private ProxyLab(LabVariant variant)
    {
        _source = LabSource.OfManifests(ClusterPath);
        _variant = variant;
        Tools = new ToolFolder(Path.Combine(_folder, "bin"));
        foreach (var family in Enum.GetValues<LabFamily>())
        {
            Load(family, family == LabFamily.IPv4 ? ForeignRules : ForeignRules.Replace("198.51.100.7/32", "2001:db8::7/128").Replace("172.17.0.0/16", "fd17::/64"));
        }

        _foreign = Foreign();
    }

    /// <summary>The programs that stand before the real ones.</summary>
    public ToolFolder Tools { get; }

    /// <summary>Where the manifests are.</summary>
    public string ClusterPath => Path.Combine(_folder, "cluster");

    /// <summary>A lab; the test is skipped with the reason where none can be.</summary>
    public static ProxyLab Create(LabVariant variant)
    {
        if (LabProbe.Unavailable(variant) is { } reason)
        {
            Assert.Skip(reason);
        }

        return new ProxyLab(variant);
    }

    /// <summary>A lab whose proxy learns of the cluster from manifests, or from an API server.</summary>
    public static async Task<ProxyLab> CreateAsync(LabVariant variant, bool fromServer)
    {
        var lab = Create(variant);
        lab._source = await LabSource.OpenAsync(lab._namespace, lab.ClusterPath, fromServer);
        return lab;
    }

    /// <summary>Puts a manifest there, whole, at one moment.</summary>
    public void Write(string text, string name = "cluster.json") => _source.Write(text, name);

    /// <summary>Starts the proxy.</summary>
    public ProxyProcess Start(params string[] more) => Run(
        [.. _source.Flags, "--node", "node", "--cluster-cidr", "10.128.0.0/9", "--iptables-sync-period", "2s", .. more]);

    /// <summary>Removes the rules; returns what it said.</summary>
    public async Task<string> CleanUpAsync(string how = "--cleanup")
    {
        var process = Run([how]);
        Assert.Equal(0, await process.ExitAsync());
        return process.Log;
    }

    /// <summary>Loads rules beside those that are there.</summary>
    public void Load(LabFamily family, string rules) =>
        _namespace.Check(LabPrograms.Name(family, _variant, "restore"), ["--noflush", "-w"], rules);

    /// <summary>Removes an empty chain, in both families.</summary>
    public void RemoveChain(string table, string chain)
    {
        foreach (var family in Enum.GetValues<LabFamily>())
        {
            Load(family, $"*{table}\n-X {chain}\nCOMMIT\n");
        }
    }

    /// <summary>Runs iptables.</summary>
    public string Iptables(params string[] arguments) =>
        _namespace.Check($"iptables-{(_variant == LabVariant.Nft ? "nft" : "legacy")}", ["-w", .. arguments]);

    /// <summary>What is wrong with the kernel's rules, measured by the manifests; empty when nothing is.</summary>
    /// <param name="cluster">The manifests that count; those on disk when null.</param>
    /// <param name="ignoreForeign">Whether rules of others do not count: somebody removed them.</param>
    public string Difference(string? cluster = null, bool ignoreForeign = false)
    {
        var state = new ClusterState();
        state.Apply(ManifestFolder.Read(cluster ?? ClusterPath).Objects.Select(o => new ClusterChange.Upsert(o)));
        var node = new NodeProfile { Name = "node", LocalDetector = new LocalDetector.Cidr([Prefix.Parse("10.128.0.0/9")]) };
        var differences = new List<string>();
        using var other = new NetworkNamespace("wanted");
        foreach (var (lab, family) in ((LabFamily, IPFamily)[])[(LabFamily.IPv4, IPFamily.IPv4), (LabFamily.IPv6, IPFamily.IPv6)])
        {
            // What the plan makes of an empty kernel, as the same tools print it.
            var plan = new IptablesPlan(
                ServiceIntent.Of(state.Services, state.SlicesOf, node, family), new IptablesPlanOptions(family) { RandomFully = true, IsSigned = true });
            other.Check(LabPrograms.Name(lab, _variant, "restore"), ["--noflush", "-w"], plan.ToRestoreText());
            differences.AddRange(s_tables.SelectMany(t => Dump(_namespace, lab, t).DifferencesFrom(Dump(other, lab, t))).Select(d => $"{family} {d}"));
        }

        if (!ignoreForeign)
        {
            differences.AddRange(ForeignDifference());
        }

        return string.Join('\n', differences);
    }

    /// <summary>Whether anything of the proxy's is left; the chain that it shares with the kubelet stays.</summary>
    public string Leftovers()
    {
        var ours = Enum.GetValues<LabFamily>()
            .SelectMany(f => s_tables.SelectMany(t => _namespace.Check(LabPrograms.Name(f, _variant, "save"), ["-t", t]).Split('\n')))
            .Where(l => l.Contains("KUBE-", StringComparison.Ordinal) && !l.Contains("KUBE-FIREWALL", StringComparison.Ordinal));
        return string.Join('\n', ForeignDifference().Concat(ours));
    }

    /// <summary>What the proxy wrote, in the words of a failed test.</summary>
    public void AssertRight(ProxyProcess proxy)
    {
        var difference = Difference();
        Assert.True(difference.Length == 0, $"{difference}\n{proxy.Log}");
    }

    /// <summary>Waits until the rules are right.</summary>
    public async Task BecomesRightAsync(ProxyProcess proxy, bool ignoreForeign = false)
    {
        var patience = Stopwatch.StartNew();
        string difference;
        while ((difference = Difference(ignoreForeign: ignoreForeign)).Length > 0)
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
        _namespace.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private ProxyProcess Run(string[] arguments)
    {
        var start = new ProcessStartInfo(
            "dotnet",
            [Path.Combine(AppContext.BaseDirectory, "sluice.dll"), "proxy", "--iptables-backend", _variant == LabVariant.Nft ? "nft" : "legacy", .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardError = true,
        };
        start.Environment["PATH"] = Tools.SearchPath;
        var process = new ProxyProcess(_namespace.Start(start));
        _processes.Add(process);
        return process;
    }

    private RuleDump Dump(NetworkNamespace place, LabFamily family, string table) =>
        RuleDump.Parse(table, place.Check(LabPrograms.Name(family, _variant, "save"), ["-t", table]));

    private string[] Foreign() =>
        [.. Enum.GetValues<LabFamily>().SelectMany(f => s_tables.Select(t => Dump(_namespace, f, t).Foreign))];

    private IEnumerable<string> ForeignDifference() => Foreign().Zip(_foreign)
        .Where(pair => pair.First != pair.Second)
        .Select(pair => $"rules of others were touched:\n{pair.First}\nwere\n{pair.Second}");
}
