using System.Diagnostics;
using Sluice.Dataplane.Planning.Nftables;
using Sluice.Kubernetes.Configuration;
using Sluice.Kubernetes.Intent;
using Sluice.Linux.Netlink.Nftables;
using Sluice.Net;

namespace Sluice.Daemon;

/// <summary>Turns the mode that is asked for into the one that routes: <c>auto</c> is nftables where the kernel takes the table, else iptables.</summary>
internal sealed class ModeChoice(EventLog log)
{
    // No table of anybody: it is never made.
    private const string TrialName = "sluice-trial";

    // Asked once: what the kernel can does not change.
    private ProxyMode? _auto;

    /// <summary>The mode that routes.</summary>
    public ProxyMode Of(RoutingMode asked) => asked switch
    {
        RoutingMode.Iptables => ProxyMode.Iptables,
        RoutingMode.Nftables => ProxyMode.Nftables,
        RoutingMode.Ipvs => ProxyMode.Ipvs,
        RoutingMode.Auto => _auto ??= Choose(),
        _ => throw new UnreachableException(),
    };

    /// <summary>Why nftables mode cannot be had here; null when it can. The kernel checks an empty node's table, and undoes it.</summary>
    public static string? FindObstacle()
    {
        using var connection = NftConnection.TryOpen(out var problem);
        if (connection is null)
        {
            return problem;
        }

        var layout = new NftablesLayout(new NftablesPlanOptions(IPFamily.IPv4), new NodeProfile { Name = TrialName });
        return connection.Try(layout.EmptyTable with { Name = TrialName }) switch
        {
            NftCommitResult.Ok => null,
            NftCommitResult.Refused { Message: var message } => message,
            NftCommitResult.Failed { Message: var message } => message,
            var other => $"nftables: {other}",
        };
    }

    private ProxyMode Choose()
    {
        var obstacle = FindObstacle();
        var mode = obstacle is null ? ProxyMode.Nftables : ProxyMode.Iptables;
        log.Info("mode auto", ("mode", mode.ToString().ToLowerInvariant()), ("because", obstacle ?? "the kernel takes the nftables table"));
        return mode;
    }
}
