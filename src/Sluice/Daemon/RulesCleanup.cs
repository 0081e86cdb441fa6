using Sluice.Dataplane.Diff;
using Sluice.Linux.Iptables;
using Sluice.Net;
using Sluice.Netfilter.Iptables;
using Sluice.Netfilter.Rules;

namespace Sluice.Daemon;

/// <summary>Removes what proxies left in this node's rules (<c>--cleanup</c>): in both families, and in both variants of iptables.</summary>
internal sealed class RulesCleanup(EventLog log)
{
    private static readonly string[] s_tables = ["filter", "nat"];

    private bool _hasRemoved;

    /// <summary>Removes it. What is the kubelet's or anyone else's stays.</summary>
    /// <exception cref="CommandFailure">It cannot, or a proxy is running.</exception>
    public async Task RunAsync()
    {
        using var instance = InstanceLock.TakeOrFail();
        var hasTools = false;
        string? problem = null;
        foreach (var family in (IPFamily[])[IPFamily.IPv4, IPFamily.IPv6])
        {
            foreach (var backend in (TableBackend[])[TableBackend.Nft, TableBackend.Legacy])
            {
                // Asking the legacy tools for a table makes it: only those that exist are asked for.
                string[] tables = backend == TableBackend.Nft ? s_tables : [.. s_tables.Intersect(LegacyTables(family), StringComparer.Ordinal)];
                if (tables.Length == 0)
                {
                    continue;
                }

                var detection = IptablesTools.Detect(family, new IptablesToolOptions { Backend = backend });
                problem ??= (detection as IptablesDetection.Unusable)?.Problem;
                if (detection is IptablesDetection.Found { Tools: var tools })
                {
                    hasTools = true;
                    await RemoveAsync(tools, tables);
                }
            }
        }

        if (!hasTools)
        {
            throw new CommandFailure(problem ?? "there is no iptables here");
        }

        if (!_hasRemoved)
        {
            log.Info("nothing to remove: no rules of a proxy are here");
        }
    }

    private async Task RemoveAsync(IptablesTools tools, string[] tables)
    {
        var programs = tools.Programs;
        var read = await tools.SaveAsync(tables, dump => IptablesCleanup.Of(dump, programs.Family), CancellationToken.None);
        if (read is not SaveResult<IReadOnlyList<RestoreBatch>>.Read { Value: var batches })
        {
            throw new CommandFailure(((SaveResult<IReadOnlyList<RestoreBatch>>.Failed)read).Message);
        }

        var (chains, jumps) = (0, 0);
        foreach (var batch in batches)
        {
            if (await tools.RestoreAsync(batch, CancellationToken.None) is RestoreResult.Failed failure)
            {
                throw new CommandFailure(failure.Message);
            }

            chains += batch.Tables.Sum(t => t.Removed.Count);
            jumps += batch.Tables.Sum(t => t.Commands.Count(c => c.Verb == RestoreVerb.Delete));
        }

        if (batches.Count > 0)
        {
            _hasRemoved = true;
            log.Info("removed", ("family", programs.Family), ("variant", programs.Backend), ("chains", chains), ("jumps", jumps));
        }
    }

    private static string[] LegacyTables(IPFamily family)
    {
        var file = $"/proc/thread-self/net/{(family == IPFamily.IPv4 ? "ip" : "ip6")}_tables_names";
        return File.Exists(file) ? File.ReadAllLines(file) : [];
    }
}
