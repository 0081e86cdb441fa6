using Sluice.Dataplane.Diff;
using Sluice.Dataplane.Planning;
using Sluice.Linux.Iptables;
using Sluice.Net;
using Sluice.Netfilter.Iptables;
using Sluice.Netfilter.Rules;

namespace Sluice.Daemon;

/// <summary>What Service proxies left in this node's iptables rules: in both families, and in both variants. What is the kubelet's or anyone else's is none of it.</summary>
/// <param name="kept">The mode that routes now, whose rules have kube-proxy's names and are none of it either; null for none.</param>
/// <param name="log">Where to tell.</param>
internal sealed class IptablesLeftovers(RuleMode? kept, EventLog log)
{
    private static readonly string[] s_tables = ["filter", "mangle", "nat"];

    /// <summary>Why no tool can be used; null when one can.</summary>
    public string? Problem { get; private set; }

    /// <summary>Whether no tool can be used because none is installed: no fault, but rules of that kind cannot be seen.</summary>
    public bool IsMissing { get; private set; }

    /// <summary>Whether there is anything.</summary>
    /// <exception cref="CommandFailure">It cannot be read.</exception>
    public async Task<bool> AnyAsync(CancellationToken cancellationToken)
    {
        foreach (var (tools, tables) in Places())
        {
            if ((await ReadAsync(tools, tables, onlyOwn: false, cancellationToken)).Count > 0)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Removes it; whether there was anything.</summary>
    /// <param name="onlyOwn">Whether only what an earlier run of this proxy wrote goes, not what may be kube-proxy's.</param>
    /// <param name="cancellationToken">Stops it between two changes.</param>
    /// <exception cref="CommandFailure">It cannot be removed.</exception>
    public async Task<bool> RemoveAsync(bool onlyOwn, CancellationToken cancellationToken)
    {
        var hasRemoved = false;
        foreach (var (tools, tables) in Places())
        {
            var programs = tools.Programs;
            var batches = await ReadAsync(tools, tables, onlyOwn, cancellationToken);
            var (chains, jumps) = (0, 0);
            foreach (var batch in batches)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (await tools.RestoreAsync(batch, CancellationToken.None) is RestoreResult.Failed failure)
                {
                    throw new CommandFailure(failure.Message);
                }

                chains += batch.Tables.Sum(t => t.Removed.Count);
                jumps += batch.Tables.Sum(t => t.Commands.Count(c => c.Verb == RestoreVerb.Delete));
            }

            if (batches.Count > 0)
            {
                hasRemoved = true;
                log.Info("removed", ("family", programs.Family), ("variant", programs.Backend), ("chains", chains), ("jumps", jumps));
            }
        }

        return hasRemoved;
    }

    private List<(IptablesTools Tools, string[] Tables)> Places()
    {
        var places = new List<(IptablesTools, string[])>();
        var (hasTools, isInstalled) = (false, false);
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

                switch (IptablesTools.Detect(family, new IptablesToolOptions { Backend = backend }))
                {
                    case IptablesDetection.Found { Tools: var tools }:
                        hasTools = true;
                        places.Add((tools, tables));
                        break;
                    case IptablesDetection.Unusable { Problem: var problem, IsMissing: var isMissing }:
                        Problem ??= problem;
                        isInstalled |= !isMissing;
                        break;
                }
            }
        }

        IsMissing = !hasTools && !isInstalled;
        Problem = hasTools ? null : Problem ?? "there is no iptables here";
        return places;
    }

    private async Task<IReadOnlyList<RestoreBatch>> ReadAsync(IptablesTools tools, string[] tables, bool onlyOwn, CancellationToken cancellationToken)
    {
        var read = await tools.SaveAsync(tables, dump => IptablesCleanup.Of(dump, tools.Programs.Family, onlyOwn, kept), cancellationToken);
        return read is SaveResult<IReadOnlyList<RestoreBatch>>.Read { Value: var batches }
            ? batches
            : throw new CommandFailure(((SaveResult<IReadOnlyList<RestoreBatch>>.Failed)read).Message);
    }

    private static string[] LegacyTables(IPFamily family)
    {
        var file = $"/proc/thread-self/net/{(family == IPFamily.IPv4 ? "ip" : "ip6")}_tables_names";
        return File.Exists(file) ? File.ReadAllLines(file) : [];
    }
}
