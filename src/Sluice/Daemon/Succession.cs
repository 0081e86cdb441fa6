using Sluice.Net;

namespace Sluice.Daemon;

/// <summary>
/// What routed before the proxy, or before it in another mode, goes when the proxy's own rules serve every family; until then both are
/// there, and connections go to the same endpoints by either. What is not known to be the proxy's own goes only when told.
/// </summary>
/// <param name="mode">How the proxy routes now.</param>
/// <param name="replacesKubeProxy">Whether kube-proxy's rules go.</param>
/// <param name="families">The families that are routed.</param>
/// <param name="log">Where to tell.</param>
internal sealed class Succession(ProxyMode mode, bool replacesKubeProxy, IEnumerable<IPFamily> families, EventLog log)
{
    private readonly HashSet<IPFamily> _waiting = [.. families];
    private readonly Lock _gate = new();

    /// <summary>The rules of a family are in place. With the last one the predecessors go; that is not waited for.</summary>
    public void Serves(IPFamily family)
    {
        bool isLast;
        lock (_gate)
        {
            isLast = _waiting.Remove(family) && _waiting.Count == 0;
        }

        if (isLast)
        {
            _ = Task.Run(RunAsync);
        }
    }

    private async Task RunAsync()
    {
        try
        {
            if (mode == ProxyMode.Iptables)
            {
                new NftLeftovers(log).Remove(NftLeftovers.Own);
            }

            if (replacesKubeProxy)
            {
                new NftLeftovers(log).Remove(NftLeftovers.KubeProxy);
                if (mode != ProxyMode.Iptables)
                {
                    var iptables = new IptablesLeftovers(log);
                    await iptables.RemoveAsync();
                    if (iptables.Problem is { } problem)
                    {
                        log.Warn("iptables rules that routed before, if there are any, are still here", ("problem", problem));
                    }
                }
            }
            else if (NftLeftovers.Any(NftLeftovers.KubeProxy) || (mode != ProxyMode.Iptables && await new IptablesLeftovers(log).AnyAsync()))
            {
                log.Warn("rules of another Service proxy, or of another mode, are here too: with --replace-kube-proxy they go");
            }
        }
        catch (CommandFailure e)
        {
            log.Warn("the rules that routed before are still here", ("problem", e.Message));
        }
    }
}
