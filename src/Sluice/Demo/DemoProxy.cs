using System.Diagnostics;
using Sluice.Daemon;
using Sluice.Linux;
using Sluice.Linux.Lab;

namespace Sluice.Demo;

/// <summary><c>sluice proxy</c> as a process of its own, in the namespace of a lab's node.</summary>
internal sealed class DemoProxy : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    private readonly Process _process;

    private DemoProxy(Process process) => _process = process;

    /// <summary>The arguments that start it, as a person would type them.</summary>
    public static string[] Arguments(DemoCluster cluster, LabNode node) =>
    [
        "proxy",
        .. cluster.Mode switch
        {
            ProxyMode.Nftables => (string[])["--proxy-mode", "nftables", "--nftables-localhost-nodeports"],
            ProxyMode.Ipvs => ["--proxy-mode", "ipvs"],
            _ => [],
        },
        "--cluster", cluster.Folder, "--node", node.Machine.Name, "--cluster-cidr", string.Join(',', LabAddresses.ClusterCidrs.Select(c => c.ToCidrString())),
    ];

    /// <summary>Starts it and waits until the rules of both families are in the kernel.</summary>
    /// <exception cref="LabException">It ended, or took too long.</exception>
    public static async Task<DemoProxy> StartAsync(DemoCluster cluster, LabNode node)
    {
        var command = SelfProgram.CommandLine(Arguments(cluster, node));

        // Where the tool is there, the kernel ends the proxy with this process, however that ends.
        string[] guarded = SystemPrograms.Find("setpriv") is { } setpriv ? [setpriv, "--pdeathsig", "KILL", .. command] : command;
        var proxy = new DemoProxy(node.Machine.Namespace.Start(new ProcessStartInfo(guarded[0], guarded.AsSpan(1).ToArray())
        {
            UseShellExecute = false,
            RedirectStandardError = true,
        }));
        try
        {
            await proxy.AwaitRulesAsync();
            return proxy;
        }
        catch
        {
            proxy.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        try
        {
            _process.Kill();
        }
        catch (InvalidOperationException)
        {
            // It has ended.
        }

        _process.Dispose();
    }

    private async Task AwaitRulesAsync()
    {
        using var late = new CancellationTokenSource(s_patience);
        var last = "it said nothing";
        try
        {
            for (var families = 0; families < 2;)
            {
                last = await _process.StandardError.ReadLineAsync(late.Token) ?? throw new LabException($"the proxy ended: {last}");
                families += last.Contains("all rules are in place", StringComparison.Ordinal) ? 1 : 0;
            }
        }
        catch (OperationCanceledException)
        {
            throw new LabException($"the proxy wrote no rules in {s_patience.TotalSeconds} s: {last}");
        }

        // What else it says is read so that it never waits for a reader.
        _ = Task.Run(() => _process.StandardError.BaseStream.CopyTo(Stream.Null));
    }
}
