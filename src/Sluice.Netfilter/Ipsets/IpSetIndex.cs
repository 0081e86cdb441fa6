using System.Buffers.Binary;
using Sluice.Net;
using Sluice.Netfilter.Rules.Sets;

namespace Sluice.Netfilter.Ipsets;

/// <summary>
/// Finds the entries of a set that are right for a packet, as the kernel does: by hash, the longest network first (mtype_test_cidrs in
/// net/netfilter/ipset/ip_set_hash_gen.h). Interfaces and hardware addresses are no part of the key: the kernel does not hash the
/// former, and no question holds the latter.
/// </summary>
internal sealed class IpSetIndex
{
    private const int None = -1;

    // Three dimensions of at most an address with its length.
    private const int MaxKeyBytes = 3 * 17;

    private readonly Dictionary<NftValue, int> _first = [];
    private readonly int[] _next;

    // For each dimension that is a network: which lengths its entries have, longest first. For others one length that is not looked at.
    private readonly int[][] _lengths;

    public IpSetIndex(IpSet set)
    {
        Set = set;
        _next = new int[set.Entries.Count];
        var lengths = set.Type.Dimensions.Select(d => new SortedSet<int>(d == IpSetDimension.Net ? [] : [0])).ToArray();
        Span<byte> key = stackalloc byte[MaxKeyBytes];
        for (var i = set.Entries.Count - 1; i >= 0; i--)
        {
            var values = set.Entries[i].Values.Span;
            for (var d = 0; d < values.Length && d < lengths.Length; d++)
            {
                if (set.Type.Dimensions[d] == IpSetDimension.Net && values[d] is IpSetValue.Network network)
                {
                    lengths[d].Add(network.Prefix.Length);
                }
            }

            var value = NftValue.Of(key[..KeyOf(values, key)]);
            _next[i] = _first.GetValueOrDefault(value, None);
            _first[value] = i;
        }

        _lengths = [.. lengths.Select(l => l.Reverse().ToArray())];
    }

    /// <summary>The set.</summary>
    public IpSet Set { get; }

    /// <summary>
    /// The entries of the closest networks that hold what a packet has: all those with the same addresses, ports and marks, or none. Where
    /// networks lie in each other the kernel looks no further than the first that is there.
    /// </summary>
    /// <param name="probes">What the packet has, one for each dimension.</param>
    public IEnumerable<IpSetEntry> Find(IpSetProbe[] probes)
    {
        var lengths = new int[probes.Length];
        var at = FindFrom(probes, lengths, 0);
        for (; at != None; at = _next[at])
        {
            yield return Set.Entries[at];
        }
    }

    private int FindFrom(IpSetProbe[] probes, int[] lengths, int dimension)
    {
        if (dimension == probes.Length)
        {
            Span<byte> key = stackalloc byte[MaxKeyBytes];
            return _first.GetValueOrDefault(NftValue.Of(key[..KeyOf(probes, lengths, key)]), None);
        }

        foreach (var length in _lengths[dimension])
        {
            if (length > probes[dimension].Address.Width)
            {
                continue;
            }

            lengths[dimension] = length;
            if (FindFrom(probes, lengths, dimension + 1) is var found and not None)
            {
                return found;
            }
        }

        return None;
    }

    private int KeyOf(ReadOnlySpan<IpSetValue> values, Span<byte> key)
    {
        var at = 0;
        for (var d = 0; d < values.Length && d < Set.Type.Dimensions.Count; d++)
        {
            at += (Set.Type.Dimensions[d], values[d]) switch
            {
                (IpSetDimension.Net, IpSetValue.Network network) => Write(network.Prefix.Address, network.Prefix.Length, key[at..]),
                (IpSetDimension.IP, IpSetValue.Network network) => Write(Set.Masked(network.Prefix.Address), 0, key[at..]),
                (_, IpSetValue.Port port) => Write(IpSetProbe.OfPort(Set.Type.Method == IpSetMethod.Bitmap ? null : port.Protocol, port.Number).Number, key[at..]),
                (_, IpSetValue.Mark mark) => Write(mark.Value, key[at..]),
                _ => 0,
            };
        }

        return at;
    }

    private int KeyOf(IpSetProbe[] probes, int[] lengths, Span<byte> key)
    {
        var at = 0;
        for (var d = 0; d < probes.Length; d++)
        {
            at += Set.Type.Dimensions[d] switch
            {
                IpSetDimension.Net => Write(Prefix.Of(Set.Masked(probes[d].Address), lengths[d]).Address, lengths[d], key[at..]),
                IpSetDimension.IP => Write(Set.Masked(probes[d].Address), 0, key[at..]),
                IpSetDimension.Port or IpSetDimension.Mark => Write(probes[d].Number, key[at..]),
                _ => 0,
            };
        }

        return at;
    }

    private static int Write(NetAddress address, int length, Span<byte> key)
    {
        key[0] = (byte)length;
        if (address.Family == IPFamily.IPv4)
        {
            BinaryPrimitives.WriteUInt32BigEndian(key[1..], (uint)address.Bits);
            return 5;
        }

        BinaryPrimitives.WriteUInt128BigEndian(key[1..], address.Bits);
        return 17;
    }

    private static int Write(uint number, Span<byte> key)
    {
        BinaryPrimitives.WriteUInt32BigEndian(key, number);
        return sizeof(uint);
    }
}
