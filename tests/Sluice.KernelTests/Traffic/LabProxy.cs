using System.Diagnostics;
using Sluice.KernelTests.Daemon;

namespace Sluice.KernelTests.Traffic;

/// <summary>The real <c>sluice proxy</c> on a node of a lab.</summary>
internal static class LabProxy
{
    /// <summary>Ends it, if it was started; it must still run, and end well. What is then to be cleaned up is, however it ends.</summary>
    public static async ValueTask EndAsync(ProxyProcess? proxy, Func<Task> cleanUp)
    {
        try
        {
            if (proxy is not null)
            {
                await proxy.StopAsync();
            }
        }
        finally
        {
            await cleanUp();
        }
    }

    /// <summary>Starts it, and waits until the rules of both families are in the kernel.</summary>
    /// <param name="node">Where.</param>
    /// <param name="flags">What it is told besides the node's name: also where it learns of the cluster, and what kind of rules it writes.</param>
    public static async Task<ProxyProcess> StartAsync(LabMachine node, IEnumerable<string> flags)
    {
        var proxy = new ProxyProcess(node.Namespace.Start(new ProcessStartInfo(
            "dotnet",
            [Path.Combine(AppContext.BaseDirectory, "sluice.dll"), "proxy", "--node", node.Name, .. flags])
        {
            UseShellExecute = false,
            RedirectStandardError = true,
        }));
        try
        {
            await proxy.ReadyAsync("IPv4");
            await proxy.ReadyAsync("IPv6");
            return proxy;
        }
        catch
        {
            proxy.Dispose();
            throw;
        }
    }
}
