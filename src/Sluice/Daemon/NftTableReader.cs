using Sluice.Dataplane.Planning.Nftables;
using Sluice.Linux.Netlink.Nftables;
using Sluice.Net;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Rules.Sets;

namespace Sluice.Daemon;

/// <summary>
/// Reads the kernel's table of one family. Small sets it reads whole; of large ones it asks for the elements that the others tell of, on all
/// connections at a time, and reads them whole only when the kernel has a different number.
/// </summary>
/// <param name="connections">The connections; what is not asked by key goes over the first.</param>
/// <param name="family">The family.</param>
internal sealed class NftTableReader(IReadOnlyList<NftConnection> connections, IPFamily family)
{
    private readonly TableFamily _family = TableFamilies.Of(family);

    /// <summary>How many elements make a set large. From 80,000 on it is faster to ask by key over one connection, with two from half of that.</summary>
    public int LargeSet { get; init; } = 1 << 16;

    /// <summary>How many elements were found by their keys.</summary>
    public int Asked { get; private set; }

    /// <summary>Reads the table.</summary>
    /// <returns>What the kernel has; null when it changed meanwhile, or did not tell all.</returns>
    public NftTableContent? Read(NftablesLayout layout)
    {
        var sizes = new Dictionary<string, int>();
        if (ReadChains(layout, out var dump) is { } other)
        {
            return other;
        }

        if (connections[0].ReadSetSizes(_family, NftablesLayout.TableName, sizes) is { } problem)
        {
            return new NftTableContent.Unusable(problem);
        }

        foreach (var set in layout.ReadingOrder)
        {
            if (Read(layout.Sets[set], set, sizes, dump) is { } unreadable)
            {
                return new NftTableContent.Unusable(unreadable);
            }

            if (!connections[0].IsLoose && !IsComplete(layout.Sets[set], set, sizes, dump))
            {
                return null;
            }
        }

        return new NftTableContent.Found(dump);
    }

    /// <summary>Reads the table's chains, and of its elements those with certain keys.</summary>
    /// <param name="layout">The table.</param>
    /// <param name="keys">The keys of each of its sets, one behind the other.</param>
    public NftTableContent Ask(NftablesLayout layout, IReadOnlyList<byte[]> keys)
    {
        if (ReadChains(layout, out var dump) is { } other)
        {
            return other;
        }

        for (var set = 0; set < layout.Sets.Count; set++)
        {
            if (connections[0].ReadElements(_family, NftablesLayout.TableName, layout.Sets[set], keys[set], new Receiver(dump, set), out _) is { } problem)
            {
                return new NftTableContent.Unusable(problem);
            }
        }

        return new NftTableContent.Found(dump);
    }

    // Null: there is a table that fits.
    private NftTableContent? ReadChains(NftablesLayout layout, out NftablesDump dump)
    {
        dump = new NftablesDump(layout);
        if (connections[0].Read(_family, NftablesLayout.TableName, withElements: false, out var table, out _) is { } problem)
        {
            return new NftTableContent.Unusable(problem);
        }

        if (table is null)
        {
            return new NftTableContent.Missing();
        }

        if (!layout.Fits(table))
        {
            return new NftTableContent.Other();
        }

        foreach (var chain in table.Chains)
        {
            dump.Add(chain);
        }

        return null;
    }

    // A dump may lack elements while the kernel still makes a set larger after many came: it does not say so. Ranges may be counted otherwise.
    private static bool IsComplete(NftSet kind, int set, Dictionary<string, int> sizes, NftablesDump dump) =>
        (kind.Flags & NftSetFlags.Interval) != 0 || !sizes.TryGetValue(kind.Name, out var size) || dump.CountOf(set) == size;

    private string? Read(NftSet kind, int set, Dictionary<string, int> sizes, NftablesDump dump)
    {
        var receiver = new Receiver(dump, set);
        if (sizes.GetValueOrDefault(kind.Name) >= LargeSet && dump.KeysOf(set) is { } keys)
        {
            var problem = Ask(kind, keys, receiver);
            Asked += dump.CountOf(set);
            if (problem is not null || IsComplete(kind, set, sizes, dump))
            {
                return problem;
            }
        }

        return connections[0].ReadElements(_family, NftablesLayout.TableName, kind, receiver, out _);
    }

    private string? Ask(NftSet kind, byte[] keys, Receiver receiver)
    {
        var (count, length) = (keys.Length / kind.Key.Bytes, kind.Key.Bytes);
        var problems = new string?[connections.Count];
        _ = Parallel.For(0, connections.Count, i =>
        {
            var (from, to) = (count * i / connections.Count, count * (i + 1) / connections.Count);
            problems[i] = connections[i].ReadElements(_family, NftablesLayout.TableName, kind, keys.AsMemory((from * length)..(to * length)), receiver, out _);
        });
        return problems.FirstOrDefault(p => p is not null);
    }

    private sealed class Receiver(NftablesDump dump, int set) : INftElementReceiver
    {
        public void Begin()
        {
        }

        public void Take(in NftElement element)
        {
            // Connections that answer at the same time fill the same dump.
            lock (dump)
            {
                dump.Add(set, element.Key, element.Last, element.Data, element.Chain, element.Verdict == NftVerdict.Drop, element.Comment);
            }
        }
    }
}
