namespace Sluice.Daemon;

/// <summary>Removes what proxies left in this node's rules, of every mode. What is the kubelet's or anyone else's stays.</summary>
internal sealed class RulesCleanup(EventLog log)
{
    /// <summary>Removes it.</summary>
    /// <param name="onlyOwn">Whether kube-proxy's rules stay: it may be running.</param>
    /// <exception cref="CommandFailure">It cannot, or a proxy is running.</exception>
    public async Task RunAsync(bool onlyOwn)
    {
        using var instance = InstanceLock.TakeOrFail();
        var nftables = new NftLeftovers(log);
        var hasRemoved = nftables.Remove(NftLeftovers.Own);
        hasRemoved |= !onlyOwn && nftables.Remove(NftLeftovers.KubeProxy);

        // Whose IPVS' part is must be known before its rules go.
        var ipvs = IpvsLeftovers.Find();
        var iptables = new IptablesLeftovers(kept: null, log);
        hasRemoved |= await iptables.RemoveAsync(onlyOwn, CancellationToken.None);
        if (iptables.IsMissing)
        {
            log.Info("without iptables' programs rules of that kind, if there are any, cannot be seen", ("problem", iptables.Problem ?? ""));
        }
        else if (iptables.Problem is { } problem)
        {
            throw new CommandFailure(problem);
        }

        if (ipvs.IsAny && (!onlyOwn || ipvs.IsOwn))
        {
            ipvs.Remove(log);
            hasRemoved = true;
        }

        if (!hasRemoved)
        {
            log.Info("nothing to remove: no rules of a proxy are here");
        }
    }
}
