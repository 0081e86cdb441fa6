using System.Text;
using Sluice.Net;
using Sluice.Netfilter.Rules.Sets;

namespace Sluice.Dataplane.Planning.Nftables;

/// <summary>Adds up what the elements that count have counted (<see cref="NftablesPlanOptions.Counters"/>), element by element.</summary>
public sealed class ServiceCountReading
{
    // Keys end with the protocol and the port, each in a register of its own.
    private const int ProtocolFromEnd = 8;

    private static readonly (TableSet Set, bool CountsConnections)[] s_roles =
    [
        (TableSet.CountedConnections, true),
        (TableSet.CountedNodePortConnections, true),
        (TableSet.CountedPackets, false),
        (TableSet.CountedNodePortPackets, false),
    ];

    private readonly IPFamily _family;
    private readonly List<Counted>[] _counted = [.. s_roles.Select(_ => new List<Counted>())];

    /// <summary>A reading of a family's table.</summary>
    /// <param name="options">What shapes the table.</param>
    public ServiceCountReading(NftablesPlanOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _family = options.Family;
        Sets = s_roles.Select(r => TableSets.Make(r.Set, options)).ToEquatableArray();
    }

    /// <summary>The sets to read.</summary>
    public EquatableArray<NftSet> Sets { get; }

    /// <summary>Begins with a set, or anew: what was added of it before is void.</summary>
    /// <param name="set">Its index in <see cref="Sets"/>.</param>
    public void Begin(int set) => _counted[set].Clear();

    /// <summary>Adds an element.</summary>
    /// <param name="set">Its set: the index in <see cref="Sets"/>.</param>
    /// <param name="key">Its key, most significant byte first.</param>
    /// <param name="comment">Its comment, in UTF-8: the Service port.</param>
    /// <param name="packets">Packets counted.</param>
    /// <param name="bytes">Bytes counted.</param>
    public void Add(int set, ReadOnlySpan<byte> key, ReadOnlySpan<byte> comment, ulong packets, ulong bytes) =>
        _counted[set].Add(new Counted(Encoding.UTF8.GetString(comment), new L4Protocol(key[^ProtocolFromEnd]), packets, bytes));

    /// <summary>What was counted for each Service port, by name and protocol.</summary>
    public EquatableArray<ServiceCount> Sum()
    {
        var sums = new Dictionary<(string Name, L4Protocol Protocol), ServiceCount>();
        for (var set = 0; set < s_roles.Length; set++)
        {
            foreach (var counted in _counted[set])
            {
                var key = (counted.Name, counted.Protocol);
                var sum = sums.GetValueOrDefault(key) ?? new ServiceCount(counted.Name, counted.Protocol, _family);
                sums[key] = s_roles[set].CountsConnections
                    ? sum with { Connections = sum.Connections + counted.Packets }
                    : sum with { Packets = sum.Packets + counted.Packets, Bytes = sum.Bytes + counted.Bytes };
            }
        }

        return sums.Values.OrderBy(s => s.Name, StringComparer.Ordinal).ThenBy(s => s.Protocol.Number).ToEquatableArray();
    }

    private readonly record struct Counted(string Name, L4Protocol Protocol, ulong Packets, ulong Bytes);
}
