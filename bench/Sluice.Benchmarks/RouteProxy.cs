using System.Diagnostics;
using System.Globalization;

namespace Sluice.Benchmarks;

/// <summary>A <c>sluice proxy</c> in this network namespace, until it is disposed.</summary>
internal sealed class RouteProxy : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(10);

    private readonly Process _process;

    private RouteProxy(string program, params ReadOnlySpan<string> options)
    {
        string[] arguments = ["proxy", "--node", RouteManifest.NodeName, "--cluster-cidr", RouteCluster.PodNetwork, .. options];
        _process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, UseShellExecute = false })!;
    }

    /// <summary>Starts one that serves the Services of manifests, and tells of each change.</summary>
    /// <param name="program">The program.</param>
    /// <param name="cluster">The manifests.</param>
    /// <param name="options">What it is told besides.</param>
    public static RouteProxy OfManifests(string program, string cluster, params ReadOnlySpan<string> options) =>
        new(program, ["--cluster", cluster, "-v", "1", .. options]);

    /// <summary>Starts one that serves the Services of an API server, in nftables mode.</summary>
    /// <param name="program">The program.</param>
    /// <param name="kubeconfig">Where the server is.</param>
    public static RouteProxy OfServer(string program, string kubeconfig) => new(program, "--kubeconfig", kubeconfig, "--proxy-mode", "nftables");

    /// <summary>User and system time of it and of the children it has waited for, in ticks of 10 ms (proc_pid_stat(5), fields 14 to 17).</summary>
    public TimeSpan Cost
    {
        get
        {
            var stat = File.ReadAllText($"/proc/{_process.Id}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return TimeSpan.FromMilliseconds(10 * fields[11..15].Sum(f => long.Parse(f, CultureInfo.InvariantCulture)));
        }
    }

    /// <summary>The memory it has resident now, in MB.</summary>
    public double Megabytes => Status("VmRSS:");

    /// <summary>The most memory it has had resident, in MB.</summary>
    public double PeakMegabytes => Status("VmHWM:");

    /// <summary>Waits until it says something about IPv4: IPv6 has no Service here, and is in place long before.</summary>
    /// <exception cref="InvalidOperationException">It ended before.</exception>
    public async Task UntilAsync(string message)
    {
        using var patience = new CancellationTokenSource(s_patience);
        while (await _process.StandardError.ReadLineAsync(patience.Token) is { } line)
        {
            if (line.Contains(message, StringComparison.Ordinal) && line.Contains("family=IPv4", StringComparison.Ordinal))
            {
                return;
            }
        }

        throw new InvalidOperationException($"sluice proxy ended before it said '{message}'");
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private double Status(string name)
    {
        var line = File.ReadLines($"/proc/{_process.Id}/status").First(l => l.StartsWith(name, StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024.0;
    }
}
