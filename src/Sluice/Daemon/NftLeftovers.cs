using Sluice.Dataplane.Planning.Nftables;
using Sluice.Linux.Netlink.Nftables;
using Sluice.Netfilter.Rules;

namespace Sluice.Daemon;

/// <summary>Tables that Service proxies left in nftables.</summary>
internal sealed class NftLeftovers(EventLog log)
{
    /// <summary>The name of kube-proxy's tables.</summary>
    public const string KubeProxy = "kube-proxy";

    /// <summary>The name of the proxy's own.</summary>
    public const string Own = NftablesLayout.TableName;

    private static readonly TableFamily[] s_families = [TableFamily.IPv4, TableFamily.IPv6];

    /// <summary>Whether there is a table of that name; false where nftables cannot be asked.</summary>
    public static bool Any(string name)
    {
        using var connection = NftConnection.TryOpen(out _);
        return connection is not null && s_families.Any(f => IsThere(connection, f, name));
    }

    /// <summary>Removes the tables of that name; whether there was any.</summary>
    /// <exception cref="CommandFailure">The kernel does not let it.</exception>
    public bool Remove(string name)
    {
        using var connection = NftConnection.TryOpen(out _);
        var hasRemoved = false;
        foreach (var family in connection is null ? [] : s_families.Where(f => IsThere(connection, f, name)))
        {
            if (connection!.Delete(family, name) is not NftCommitResult.Ok and var failure)
            {
                throw new CommandFailure(failure is NftCommitResult.Refused { Message: var message } ? message : $"nftables table {name} could not be removed: {failure}");
            }

            hasRemoved = true;
            log.Info("removed", ("family", family), ("table", name));
        }

        return hasRemoved;
    }

    private static bool IsThere(NftConnection connection, TableFamily family, string name) =>
        connection.Read(family, name, withElements: false, out var table, out _) is null && table is not null;
}
