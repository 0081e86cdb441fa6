using Sluice.Dataplane.Planning;
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
internal sealed class Succession(ProxyMode mode, bool replacesKubeProxy, IEnumerable<IPFamily> families, EventLog log) : IAsyncDisposable
{
    private readonly HashSet<IPFamily> _waiting = [.. families];
    private readonly CancellationTokenSource _end = new();
    private readonly Lock _gate = new();
    private Task _removal = Task.CompletedTask;

    /// <summary>The rules of a family are in place. With the last one the predecessors go; that is not waited for.</summary>
    public void Serves(IPFamily family)
    {
        lock (_gate)
        {
            if (_waiting.Remove(family) && _waiting.Count == 0)
            {
                _removal = Task.Run(RunAsync);
            }
        }
    }

    /// <summary>Ends a removal that is under way: in the next mode the rules may be wanted again.</summary>
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _removal;
        _end.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            await RemoveAsync(_end.Token);
        }
        catch (OperationCanceledException) when (_end.IsCancellationRequested)
        {
            log.Warn("the rules that routed before are still here, in part", ("problem", "routing ended before they were removed"));
        }
        catch (CommandFailure e)
        {
            log.Warn("the rules that routed before are still here", ("problem", e.Message));
        }
    }

    private async Task RemoveAsync(CancellationToken cancellationToken)
    {
        var nftables = new NftLeftovers(log);
        if (mode != ProxyMode.Nftables)
        {
            nftables.Remove(NftLeftovers.Own);
        }

        var ipvs = mode == ProxyMode.Ipvs ? null : IpvsLeftovers.Find();
        var mayRemoveIpvs = ipvs is { IsAny: true } && (replacesKubeProxy || ipvs.IsOwn);
        var iptables = new IptablesLeftovers(mode switch { ProxyMode.Iptables => RuleMode.Iptables, ProxyMode.Ipvs => RuleMode.Ipvs, _ => null }, log);

        // iptables mode took over all but what IPVS mode has for itself; that is as much the proxy's own as its sets are.
        if (mode != ProxyMode.Iptables || mayRemoveIpvs)
        {
            await iptables.RemoveAsync(onlyOwn: !replacesKubeProxy && mode != ProxyMode.Iptables, cancellationToken);
        }

        if (mayRemoveIpvs)
        {
            ipvs!.Remove(log);
        }

        if (replacesKubeProxy)
        {
            nftables.Remove(NftLeftovers.KubeProxy);
            if (iptables.Problem is { } problem)
            {
                log.Warn("iptables rules that routed before, if there are any, are still here", ("problem", problem));
            }
        }
        else if ((ipvs is { IsAny: true } && !mayRemoveIpvs) || NftLeftovers.Any(NftLeftovers.KubeProxy)
            || (mode != ProxyMode.Iptables && await iptables.AnyAsync(cancellationToken)))
        {
            log.Warn("rules of another Service proxy are here too: with --replace-kube-proxy they go");
        }
    }
}
