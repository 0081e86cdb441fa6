using Sluice.Dataplane.Planning;
using Sluice.Kubernetes.Objects;
using Sluice.Netfilter.Iptables;

namespace Sluice.Dataplane.Diff;

/// <summary>The smallest change of a kernel that holds one plan to one that holds another.</summary>
public static class IptablesDelta
{
    // iptables-nft takes time that grows faster than the number of chains in one input.
    private const int ServicesPerBatch = 200;

    /// <summary>
    /// The batches that make the rules of one plan those of another. Only chains that differ are written; a rule that comes or goes in
    /// a chain shared by all Services is a single command. Every state in between routes each Service as before or as after.
    /// </summary>
    /// <param name="before">What the kernel holds.</param>
    /// <param name="after">What it is to hold.</param>
    /// <param name="changedServices">
    /// The Services that may differ. Where the node, the options or the size class of the cluster differ, everything is compared.
    /// </param>
    public static IReadOnlyList<RestoreBatch> Between(IptablesPlan before, IptablesPlan after, IReadOnlyCollection<ObjectName> changedServices)
    {
        if (before.Options.Family != after.Options.Family)
        {
            throw new ArgumentException("plans of different families", nameof(after));
        }

        var isAll = !before.Options.Equals(after.Options) || !before.Intent.Node.Equals(after.Intent.Node) || before.IsLargeCluster != after.IsLargeCluster;
        var services = new SortedSet<ObjectName>(changedServices);
        if (isAll)
        {
            services.UnionWith(before.Intent.Ports.Concat(after.Intent.Ports).Select(p => p.Name.Service));
        }

        var dispatch = new DispatchDelta(after);
        var filter = new TableDraft("filter");
        var nat = new TableDraft("nat");
        if (isAll)
        {
            CompareShared(before, after, dispatch, filter, nat);
        }

        return services.Count <= ServicesPerBatch
            ? Small(before, after, services, dispatch, filter, nat)
            : Large(before, after, services, dispatch, filter, nat);
    }

    private static IReadOnlyList<RestoreBatch> Small(
        IptablesPlan before, IptablesPlan after, SortedSet<ObjectName> services, DispatchDelta dispatch, TableDraft filter, TableDraft nat)
    {
        foreach (var service in services)
        {
            var delta = ServiceDelta.Of(before, after, service);
            dispatch.Add(service, delta);
            WriteChains(delta, nat);
            RemoveChains(delta, nat);
        }

        var filterOut = new TableDraft("filter");
        dispatch.WriteTo(filter, nat, filterOut);
        var batch = TableDraft.ToBatch(filter, nat, filterOut);
        return batch.Tables.Count == 0 ? [] : [batch];
    }

    // In several batches: chains come before the rules that lead to them, and go after those.
    private static BatchList Large(
        IptablesPlan before, IptablesPlan after, SortedSet<ObjectName> services, DispatchDelta dispatch, TableDraft filter, TableDraft nat)
    {
        var written = new List<ObjectName>();
        var removed = new List<ObjectName>();
        foreach (var service in services)
        {
            var delta = ServiceDelta.Of(before, after, service);
            dispatch.Add(service, delta);
            Note(service, delta.Written, written);
            Note(service, delta.Removed, removed);
        }

        var filterOut = new TableDraft("filter");
        dispatch.WriteTo(filter, nat, filterOut);
        var makers = new List<Func<RestoreBatch>>();
        Add(makers, filter);
        AddChunks(makers, written, delta => WriteChains(delta.Delta, delta.Draft), before, after);
        Add(makers, nat);
        AddChunks(makers, removed, delta => RemoveChains(delta.Delta, delta.Draft), before, after);
        Add(makers, filterOut);
        return new BatchList(makers);
    }

    private static void Note(ObjectName service, IReadOnlyList<PlannedChain> chains, List<ObjectName> services)
    {
        if (chains.Count > 0)
        {
            services.Add(service);
        }
    }

    private static void Add(List<Func<RestoreBatch>> makers, TableDraft draft)
    {
        if (!draft.IsEmpty)
        {
            makers.Add(() => TableDraft.ToBatch(draft));
        }
    }

    private static void AddChunks(
        List<Func<RestoreBatch>> makers, List<ObjectName> services, Action<(ServiceDelta Delta, TableDraft Draft)> write, IptablesPlan before, IptablesPlan after)
    {
        foreach (var chunk in services.Chunk(ServicesPerBatch))
        {
            makers.Add(() =>
            {
                var draft = new TableDraft("nat");
                foreach (var service in chunk)
                {
                    write((ServiceDelta.Of(before, after, service), draft));
                }

                return TableDraft.ToBatch(draft);
            });
        }
    }

    private static void WriteChains(ServiceDelta delta, TableDraft nat)
    {
        foreach (var chain in delta.Written)
        {
            nat.Write(chain);
        }
    }

    private static void RemoveChains(ServiceDelta delta, TableDraft nat)
    {
        foreach (var chain in delta.Removed)
        {
            nat.Remove(chain.Name);
        }
    }

    private static void CompareShared(IptablesPlan before, IptablesPlan after, DispatchDelta dispatch, TableDraft filter, TableDraft nat)
    {
        foreach (var (had, has) in before.SharedChains.Zip(after.SharedChains))
        {
            var draft = has.Table == "nat" ? nat : filter;
            if (had.Equals(has))
            {
                continue;
            }

            if (SharedChains.DispatchIndex(has.Table, has.Name) is >= 0 and var index)
            {
                dispatch.Rewrite(index);
            }
            else if (has.Name != SharedChains.KubeletFirewall)
            {
                draft.Write(has);
            }
            else
            {
                // The chain is the kubelet's too, which writes the same rule: it is added, never taken away.
                foreach (var rule in has.Rules)
                {
                    draft.Append(has.Name, rule);
                }
            }
        }
    }
}
