using Sluice.Netfilter.Ipsets;
using Sluice.Netfilter.Rules.Matches;

namespace Sluice.Netfilter.Tracing.Ipsets;

/// <summary>Looks a packet up in the snapshot's ipsets as the kernel does (ip_set_test, and the kadt function of each type in net/netfilter/ipset).</summary>
internal static class IpSetLookup
{
    /// <summary>What the packet finds in a set.</summary>
    /// <param name="name">The set.</param>
    /// <param name="ends">From which end each dimension is taken.</param>
    /// <param name="packet">The packet.</param>
    /// <param name="returnsExcluded">Whether entries marked <c>nomatch</c> count and others do not (<c>--return-nomatch</c>): it decides which member of a list answers.</param>
    public static IpSetAnswer Find(string name, ReadOnlySpan<PacketEnd> ends, TracedPacket packet, bool returnsExcluded)
    {
        if (packet.Node.Ipsets is not { Sets.Count: > 0 } sets)
        {
            return IpSetAnswer.NotHeld.Instance;
        }

        return sets.Find(name) is not { } set ? new IpSetAnswer.Missing(name)
            : set.Type.Method == IpSetMethod.List ? FindInMembers(set, ends, packet, returnsExcluded)
            : FindIn(set, ends, packet);
    }

    /// <summary>Whether an entry that was found is a match; <paramref name="returnsExcluded"/> turns it round for types that know <c>nomatch</c>.</summary>
    public static bool IsMatch(IpSetAnswer.Found found, bool returnsExcluded) =>
        found.Entry.IsExcluded == (returnsExcluded && found.Set.Type.Dimensions.Contains(IpSetDimension.Net));

    // list_set_ktest: the first member that matches. Lists have no lists as members.
    private static IpSetAnswer FindInMembers(IpSet list, ReadOnlySpan<PacketEnd> ends, TracedPacket packet, bool returnsExcluded)
    {
        IpSetAnswer answer = IpSetAnswer.None.Instance;
        foreach (var entry in list.Entries)
        {
            if (entry.Values is not [IpSetValue.Member member, ..])
            {
                continue;
            }

            if (packet.Node.Ipsets!.Find(member.Name) is not { Type.Method: not IpSetMethod.List } set)
            {
                return new IpSetAnswer.Missing(member.Name);
            }

            switch (FindIn(set, ends, packet))
            {
                case IpSetAnswer.Found found when IsMatch(found, returnsExcluded):
                    // Behind a member that may match, this one only makes the list match all the more.
                    return answer is IpSetAnswer.Open ? answer : found;
                case IpSetAnswer.Open open:
                    answer = open;
                    break;
            }
        }

        return answer;
    }

    private static IpSetAnswer FindIn(IpSet set, ReadOnlySpan<PacketEnd> ends, TracedPacket packet)
    {
        var dimensions = set.Type.Dimensions;
        if (ends.Length < dimensions.Count || (set.Family is { } family && family != packet.Family))
        {
            return IpSetAnswer.None.Instance;
        }

        if (set.LacksEntries || IsChanged(set, packet))
        {
            return IpSetAnswer.Open.Instance;
        }

        var probes = new IpSetProbe[dimensions.Count];
        var isOpen = false;
        for (var d = 0; d < probes.Length; d++)
        {
            switch (PacketProbe.Of(set, dimensions[d], ends[d], packet))
            {
                case PacketProbe.Known known:
                    probes[d] = known.Probe;
                    break;
                case PacketProbe.Unknown:
                    isOpen = true;
                    break;
                default:
                    return IpSetAnswer.None.Instance;
            }
        }

        return set.Entries.Count == 0 ? IpSetAnswer.None.Instance : isOpen ? IpSetAnswer.Open.Instance : Judge(set, ends, packet, probes);
    }

    private static bool IsChanged(IpSet set, TracedPacket packet) => packet.Node.Ruleset.Tables.Any(t => t.ChangesIpSet(set.Name));

    private static IpSetAnswer Judge(IpSet set, ReadOnlySpan<PacketEnd> ends, TracedPacket packet, IpSetProbe[] probes)
    {
        IpSetAnswer answer = IpSetAnswer.None.Instance;
        foreach (var entry in set.Index.Find(probes))
        {
            switch (HoldsRest(set, entry, ends, packet))
            {
                case true:
                    return answer is IpSetAnswer.Open ? answer : new IpSetAnswer.Found(set, entry);
                case null:
                    answer = IpSetAnswer.Open.Instance;
                    break;
            }
        }

        return answer;
    }

    // What is not in the index: interfaces and hardware addresses. Null when the packet's is not known.
    private static bool? HoldsRest(IpSet set, IpSetEntry entry, ReadOnlySpan<PacketEnd> ends, TracedPacket packet)
    {
        bool? holds = true;
        for (var d = 0; d < set.Type.Dimensions.Count && holds != false; d++)
        {
            if (set.Type.Dimensions[d] == IpSetDimension.Iface)
            {
                holds = entry.Values[d] is IpSetValue.Interface wanted ? IsThatInterface(wanted, ends[d], packet) : false;
            }
            else if (set.Type.Dimensions[d] == IpSetDimension.Mac && d < entry.Values.Count)
            {
                holds = null;
            }
        }

        return holds;
    }

    // iptables cannot ask for ports of bridges: the kernel compares whether the entry is for one too (hash_netiface4_data_equal).
    private static bool? IsThatInterface(IpSetValue.Interface wanted, PacketEnd end, TracedPacket packet)
    {
        if (wanted.IsPhysical)
        {
            return false;
        }

        var pattern = wanted.IsWildcard ? wanted.Name + "+" : wanted.Name;
        var result = packet.TestInterface(end == PacketEnd.Source ? InterfaceDirection.In : InterfaceDirection.Out, pattern, inverted: false);
        return result.Answer switch
        {
            MatchAnswer.Yes => true,
            MatchAnswer.No => false,
            _ => null,
        };
    }
}
