using Sluice.Linux.Interop;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Rules.Sets;

namespace Sluice.Linux.Netlink.Nftables;

/// <summary>
/// Asks for elements by their keys (NFT_MSG_GETSETELEM without NLM_F_DUMP), some at a time. Each costs the same whatever the set holds; a dump
/// walks the set from its beginning for every 32 KiB of answers, which is quadratic.
/// </summary>
/// <param name="dump">Asks the kernel.</param>
/// <param name="family">The table's family.</param>
/// <param name="table">The table's name.</param>
/// <param name="set">The set; not one of ranges.</param>
internal sealed class ElementQuestions(NftDump dump, TableFamily family, string table, NftSet set)
{
    // The kernel puts all answers into the socket before it returns, each in a buffer of its own of less than a kilobyte: so many have room
    // in any socket.
    private const int KeysPerQuestion = 128;

    /// <summary>Asks for all keys, in their order; those that the set has not are passed over.</summary>
    /// <param name="keys">The keys, one behind the other.</param>
    /// <param name="reader">Takes the answers.</param>
    internal NetlinkFault? Ask(ReadOnlySpan<byte> keys, ElementReader reader)
    {
        var length = set.Key.Bytes;
        while (!keys.IsEmpty)
        {
            var some = keys[..Math.Min(keys.Length, KeysPerQuestion * length)];
            var answers = 0;
            var fault = dump.Ask(Write(some, length), (_, body) =>
            {
                answers++;
                reader.Take(body);
            });

            // The kernel answers in order and stops at the first key that it does not find.
            var isMissing = fault is { Errno: Libc.ENOENT };
            if (fault is not null && !isMissing)
            {
                return fault;
            }

            keys = keys[(isMissing ? (answers + 1) * length : some.Length)..];
        }

        return null;
    }

    private NetlinkWriter Write(ReadOnlySpan<byte> keys, int length)
    {
        var writer = dump.Begin(Nft.NFT_MSG_GETSETELEM, NetlinkMessages.NLM_F_ACK, Nft.NumberOf(family));
        writer.Text(Nft.NFTA_SET_ELEM_LIST_TABLE, table);
        writer.Text(Nft.NFTA_SET_ELEM_LIST_SET, set.Name);
        var list = writer.BeginNest(Nft.NFTA_SET_ELEM_LIST_ELEMENTS);
        for (; !keys.IsEmpty; keys = keys[length..])
        {
            var element = writer.BeginNest(Nft.NFTA_LIST_ELEM);
            var key = writer.BeginNest(Nft.NFTA_SET_ELEM_KEY);
            var value = writer.Attribute(Nft.NFTA_DATA_VALUE, length);
            keys[..length].CopyTo(value);
            KernelOrder.Turn(value, set.Key);
            writer.EndNest(key);
            writer.EndNest(element);
        }

        writer.EndNest(list);
        return writer;
    }
}
