using System.Buffers.Binary;
using Sluice.Netfilter.Rules.Sets;

namespace Sluice.Linux.Netlink.Nftables;

/// <summary>Reads elements out of messages (NFT_MSG_NEWSETELEM).</summary>
/// <param name="set">The set they are of.</param>
/// <param name="receiver">Takes them.</param>
internal sealed class ElementReader(NftSet set, INftElementReceiver receiver)
{
    // NFT_DATA_VALUE_MAXLEN.
    private const int ValueBytes = 64;

    private readonly byte[] _values = new byte[3 * ValueBytes];
    private readonly List<byte[]> _boundaries = [];

    /// <summary>The set.</summary>
    internal NftSet Set => set;

    /// <summary>Begins a dump, perhaps once more.</summary>
    internal void Begin()
    {
        _boundaries.Clear();
        receiver.Begin();
    }

    /// <summary>Takes a message of the dump.</summary>
    internal void Take(ReadOnlySpan<byte> body)
    {
        if (body.Length < Nft.HeaderBytes)
        {
            return;
        }

        var list = new NetlinkReader(NetlinkReader.Find(body[Nft.HeaderBytes..], Nft.NFTA_SET_ELEM_LIST_ELEMENTS));
        while (list.Next())
        {
            if (SetWriter.HasEndElements(set) && !NetlinkReader.Find(list.Value, Nft.NFTA_SET_ELEM_KEY).IsEmpty)
            {
                // Where ranges begin and end comes in the order of the kernel's tree: they are joined at the end.
                _boundaries.Add(list.Value.ToArray());
            }
            else
            {
                receiver.Take(Read(list.Value));
            }
        }
    }

    /// <summary>Ends the dump.</summary>
    internal void End()
    {
        // At the same key the end of one range comes before the beginning of the next.
        _boundaries.Sort(static (a, b) => KeyOf(a).SequenceCompareTo(KeyOf(b)) is not 0 and var order ? order : IsEnd(b).CompareTo(IsEnd(a)));
        for (var i = 0; i < _boundaries.Count; i++)
        {
            if (IsEnd(_boundaries[i]))
            {
                continue;
            }

            var element = Read(_boundaries[i]);
            var last = _values.AsSpan(ValueBytes, element.Key.Length);
            if (i + 1 < _boundaries.Count && KeyOf(_boundaries[i + 1]) is var behind && behind.Length == last.Length)
            {
                behind.CopyTo(last);
                for (var at = last.Length - 1; at >= 0 && last[at]-- == 0; at--)
                {
                }
            }
            else
            {
                last.Fill(byte.MaxValue);
            }

            receiver.Take(new NftElement
            {
                Key = element.Key,
                Last = last,
                Data = element.Data,
                Verdict = element.Verdict,
                Chain = element.Chain,
                Object = element.Object,
                Comment = element.Comment,
                Timeout = element.Timeout,
                Expires = element.Expires,
                Counters = element.Counters,
            });
        }
    }

    private static ReadOnlySpan<byte> KeyOf(ReadOnlySpan<byte> element) =>
        NetlinkReader.Find(NetlinkReader.Find(element, Nft.NFTA_SET_ELEM_KEY), Nft.NFTA_DATA_VALUE);

    private static bool IsEnd(ReadOnlySpan<byte> element) => (Flags(element) & Nft.NFT_SET_ELEM_INTERVAL_END) != 0;

    private static uint Flags(ReadOnlySpan<byte> element) =>
        NetlinkReader.Find(element, Nft.NFTA_SET_ELEM_FLAGS) is { Length: >= sizeof(uint) } flags ? BinaryPrimitives.ReadUInt32BigEndian(flags) : 0;

    private NftElement Read(ReadOnlySpan<byte> element)
    {
        ReadOnlySpan<byte> key = default, last = default, data = default, chain = default, name = default, comment = default;
        var verdict = NftVerdict.None;
        TimeSpan? timeout = null, expires = null;
        (ulong, ulong)? counters = null;
        uint flags = 0;
        var reader = new NetlinkReader(element);
        while (reader.Next())
        {
            switch (reader.Type)
            {
                case Nft.NFTA_SET_ELEM_KEY:
                    key = Value(reader.Value, 0, set.Key, SetWriter.HasEndElements(set));
                    break;
                case Nft.NFTA_SET_ELEM_KEY_END:
                    last = Value(reader.Value, ValueBytes, set.Key, isOrdered: false);
                    break;
                case Nft.NFTA_SET_ELEM_DATA when NetlinkReader.Find(reader.Value, Nft.NFTA_DATA_VERDICT) is { IsEmpty: false } decision:
                    verdict = VerdictReader.Read(decision, out chain);
                    break;
                case Nft.NFTA_SET_ELEM_DATA when set.Data is { } type:
                    data = Value(reader.Value, 2 * ValueBytes, type, isOrdered: false);
                    break;
                case Nft.NFTA_SET_ELEM_FLAGS:
                    flags = reader.UInt32;
                    break;
                case Nft.NFTA_SET_ELEM_TIMEOUT:
                    timeout = TimeSpan.FromMilliseconds(reader.UInt64);
                    break;
                case Nft.NFTA_SET_ELEM_EXPIRATION:
                    expires = TimeSpan.FromMilliseconds(reader.UInt64);
                    break;
                case Nft.NFTA_SET_ELEM_USERDATA:
                    comment = UserData.Comment(reader.Value);
                    break;
                case Nft.NFTA_SET_ELEM_OBJREF:
                    name = reader.Utf8;
                    break;
                case Nft.NFTA_SET_ELEM_EXPR:
                    counters = CounterReader.Find(reader.Value) ?? counters;
                    break;
                case Nft.NFTA_SET_ELEM_EXPRESSIONS:
                    var expressions = reader.Nested;
                    while (expressions.Next())
                    {
                        counters = CounterReader.Find(expressions.Value) ?? counters;
                    }

                    break;
            }
        }

        return new NftElement
        {
            Key = key,
            Last = last.IsEmpty ? key : last,
            Data = data,
            Verdict = verdict,
            Chain = chain,
            Object = name,
            Comment = comment,
            IsCatchAll = (flags & Nft.NFT_SET_ELEM_CATCHALL) != 0,
            Timeout = timeout,
            Expires = expires,
            Counters = counters,
        };
    }

    private ReadOnlySpan<byte> Value(ReadOnlySpan<byte> data, int place, NftKeyType type, bool isOrdered)
    {
        var bytes = NetlinkReader.Find(data, Nft.NFTA_DATA_VALUE);
        var value = _values.AsSpan(place, Math.Min(bytes.Length, ValueBytes));
        bytes[..value.Length].CopyTo(value);
        if (!isOrdered)
        {
            KernelOrder.Turn(value, type);
        }

        return value;
    }
}
