namespace Sluice.Daemon;

/// <summary>Removes what proxies left in this node's rules (<c>--cleanup</c>), of every mode.</summary>
internal sealed class RulesCleanup(EventLog log)
{
    /// <summary>Removes it. What is the kubelet's or anyone else's stays.</summary>
    /// <param name="includesKubeProxy">Whether kube-proxy's nftables tables go too. Its iptables rules have the names of the proxy's own.</param>
    /// <exception cref="CommandFailure">It cannot, or a proxy is running.</exception>
    public async Task RunAsync(bool includesKubeProxy)
    {
        using var instance = InstanceLock.TakeOrFail();
        var nftables = new NftLeftovers(log);
        var hasRemoved = nftables.Remove(NftLeftovers.Own);
        hasRemoved |= includesKubeProxy && nftables.Remove(NftLeftovers.KubeProxy);
        var iptables = new IptablesLeftovers(log);
        hasRemoved |= await iptables.RemoveAsync();
        if (!hasRemoved && iptables.Problem is { } problem)
        {
            throw new CommandFailure(problem);
        }

        if (!hasRemoved)
        {
            log.Info("nothing to remove: no rules of a proxy are here");
        }
    }
}
