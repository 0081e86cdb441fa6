using System.Buffers.Binary;
using Sluice.Net;

namespace Sluice.Dataplane.Planning.Nftables;

/// <summary>
/// The keys that the largest sets of a kernel's table must have, told from the others: verdicts tell how many slots an address has, and slots tell
/// the endpoints. To ask for a key costs the same whatever the set holds; to read a set whole takes the square of that.
/// </summary>
/// <param name="layout">The table.</param>
/// <param name="dump">What was read so far; sets of verdicts come before sets of slots, and these before <see cref="TableSet.Hairpin"/>.</param>
internal sealed class ElementKeys(NftablesLayout layout, NftablesDump dump)
{
    private const int SlotBytes = 4;

    private readonly ElementMaker _elements = new(layout);
    private readonly int _address = layout.Family == IPFamily.IPv4 ? 4 : 16;

    /// <summary>Whether a set's keys can be told, and once which kind of sets is read.</summary>
    public static int StageOf(TableSet set) => set switch
    {
        TableSet.Endpoints or TableSet.LocalEndpoints or TableSet.NodePortEndpoints or TableSet.LocalNodePortEndpoints => 1,
        TableSet.Hairpin => 2,
        _ => 0,
    };

    /// <summary>The keys of a set, one behind the other, each once; null when nothing tells them.</summary>
    public byte[]? Of(TableSet set) => StageOf(set) switch
    {
        1 => Slots(set),
        2 => Hairpins(),
        _ => null,
    };

    private byte[] Slots(TableSet map)
    {
        var keys = new List<byte>();
        Span<byte> slot = stackalloc byte[SlotBytes];
        for (var at = dump.Elements.First; at >= 0; at = dump.Elements.After(at))
        {
            if (dump.Elements.ChainOf(at) is not { } chain || TableChains.Parse(chain) is not { Kind: VerdictKind.Draw } draw || MapOf(draw.Chain) != map)
            {
                continue;
            }

            for (var i = 0; i < draw.Count; i++)
            {
                keys.AddRange(dump.Elements.KeyOf(at));
                BinaryPrimitives.WriteInt32BigEndian(slot, i);
                keys.AddRange(slot);
            }
        }

        return [.. keys];
    }

    private byte[] Hairpins()
    {
        var seen = new HashSet<NetAddress>();
        var keys = new List<byte>();
        for (var at = dump.Elements.First; at >= 0; at = dump.Elements.After(at))
        {
            if (StageOf(layout.RoleOf(dump.Elements.SetOf(at))) == 1 && dump.Elements.DataOf(at) is var data && seen.Add(_elements.ReadIP(data)))
            {
                keys.AddRange(data[.._address]);
                keys.AddRange(data[.._address]);
            }
        }

        return [.. keys];
    }

    // Where a chain looks slots up (ChainMaker).
    private static TableSet MapOf(CountedChain chain) => chain switch
    {
        CountedChain.Local => TableSet.LocalEndpoints,
        CountedChain.NodePortLocal => TableSet.LocalNodePortEndpoints,
        CountedChain.NodePortPick or CountedChain.NodePortExternal => TableSet.NodePortEndpoints,
        _ => TableSet.Endpoints,
    };
}
