using System.Globalization;
using Sluice.Linux.Interop;
using Sluice.Net;
using Sluice.Netfilter.Nftables;
using Sluice.Netfilter.Rules.Sets;

namespace Sluice.Linux.Netlink.Nftables;

/// <summary>
/// Finds in a batch that was sent what the kernel did not want: the messages still say which table, chain, set and element each is about, so
/// that nothing must be kept for a case that hardly ever comes.
/// </summary>
internal static class BatchFault
{
    /// <summary>What became of a batch that failed.</summary>
    /// <param name="batch">The batch as it was sent.</param>
    /// <param name="message">The index of the message at fault; -1 when it is the whole batch, or nobody knows.</param>
    /// <param name="fault">What the kernel said.</param>
    /// <param name="sets">The sets that elements are of, to write their keys.</param>
    internal static NftCommitResult Explain(ReadOnlySpan<byte> batch, int message, NetlinkFault fault, EquatableArray<NftSet> sets)
    {
        if (message < 0)
        {
            return fault.Errno switch
            {
                Libc.ERESTART => NftCommitResult.Busy.Instance,
                Libc.EPERM or Libc.EMSGSIZE => new NftCommitResult.Refused(fault.Describe("changing nftables rules")),
                _ => new NftCommitResult.Failed(fault.Describe("changing nftables rules")),
            };
        }

        var elements = 0;
        var messages = new NetlinkMessages(batch);
        for (var i = 0; messages.Next() && i < message; i++)
        {
            elements += ElementsIn(messages, before: int.MaxValue, out _);
        }

        return Explain(messages, elements, fault, sets);
    }

    private static NftCommitResult Explain(NetlinkMessages message, int elements, NetlinkFault fault, EquatableArray<NftSet> sets)
    {
        var attributes = message.Body[Nft.HeaderBytes..];
        var family = Nft.FamilyOf(message.Body[0]) is { } known ? TableFamilyWords.Of(known) : "?";
        switch (message.Type)
        {
            case Nft.NFT_MSG_NEWTABLE or Nft.NFT_MSG_DELTABLE:
                return new NftCommitResult.Refused(fault.Describe($"table {family} {Text(attributes, Nft.NFTA_TABLE_NAME)}"));
            case Nft.NFT_MSG_NEWCHAIN or Nft.NFT_MSG_DELCHAIN:
                var chain = Text(attributes, Nft.NFTA_CHAIN_NAME);
                return new NftCommitResult.Refused(fault.Describe($"chain {family} {Text(attributes, Nft.NFTA_CHAIN_TABLE)} {chain}")) { Chain = chain };
            case Nft.NFT_MSG_NEWRULE:
                chain = Text(attributes, Nft.NFTA_RULE_CHAIN);
                var place = $"{ExpressionAt(message, fault.Offset)}a rule of chain {family} {Text(attributes, Nft.NFTA_RULE_TABLE)} {chain}";
                return new NftCommitResult.Refused(fault.Describe(place)) { Chain = chain };
            case Nft.NFT_MSG_NEWSET:
                return new NftCommitResult.Refused(fault.Describe($"set {family} {Text(attributes, Nft.NFTA_SET_TABLE)} {Text(attributes, Nft.NFTA_SET_NAME)}"));
            default:
                var set = Text(attributes, Nft.NFTA_SET_ELEM_LIST_SET);
                var index = ElementsIn(message, fault.Offset ?? 0, out var key) - 1;
                var table = $"{family} {Text(attributes, Nft.NFTA_SET_ELEM_LIST_TABLE)} {set}";
                return index < 0
                    ? new NftCommitResult.Refused(fault.Describe($"a change of elements of set {table}"))
                    : new NftCommitResult.Refused(fault.Describe($"element {KeyText(key, set, sets)} of set {table}")) { Element = elements + index };
        }
    }

    // How many elements of a message begin at or before a place in it, and the key of the last of them. Ends of ranges are no elements.
    private static int ElementsIn(NetlinkMessages message, int before, out ReadOnlySpan<byte> key)
    {
        key = default;
        if (message.Type is not (Nft.NFT_MSG_NEWSETELEM or Nft.NFT_MSG_DELSETELEM))
        {
            return 0;
        }

        var count = 0;
        var list = new NetlinkReader(NetlinkReader.Find(message.Body[Nft.HeaderBytes..], Nft.NFTA_SET_ELEM_LIST_ELEMENTS));
        while (list.Next())
        {
            // The kernel counts from the message's header to that of the attribute.
            message.Message.Overlaps(list.Value, out var offset);
            if (offset - 4 > before)
            {
                break;
            }

            if (NetlinkReader.Find(list.Value, Nft.NFTA_SET_ELEM_FLAGS) is not [_, _, _, (byte)Nft.NFT_SET_ELEM_INTERVAL_END])
            {
                count++;
                key = NetlinkReader.Find(NetlinkReader.Find(list.Value, Nft.NFTA_SET_ELEM_KEY), Nft.NFTA_DATA_VALUE);
            }
        }

        return count;
    }

    // "lookup in " when the fault lies in that expression of the rule; else nothing.
    private static string ExpressionAt(NetlinkMessages message, int? offset)
    {
        var list = new NetlinkReader(NetlinkReader.Find(message.Body[Nft.HeaderBytes..], Nft.NFTA_RULE_EXPRESSIONS));
        while (list.Next())
        {
            message.Message.Overlaps(list.Value, out var begin);
            if (offset is { } place && place >= begin - 4 && place < begin + list.Value.Length)
            {
                return $"{Text(list.Value, Nft.NFTA_EXPR_NAME)} in ";
            }
        }

        return "";
    }

    private static string Text(ReadOnlySpan<byte> attributes, int type) =>
        System.Text.Encoding.UTF8.GetString(NetlinkReader.Find(attributes, type).TrimEnd((byte)0));

    private static string KeyText(ReadOnlySpan<byte> key, string set, EquatableArray<NftSet> sets)
    {
        foreach (var known in sets)
        {
            if (known.Name == set && known.Key.Bytes == key.Length)
            {
                return KeyText(key, known.Key);
            }
        }

        return $"0x{Convert.ToHexStringLower(key)}";
    }

    private static string KeyText(ReadOnlySpan<byte> key, NftKeyType type)
    {
        var parts = new List<string>();
        foreach (var part in type.Parts)
        {
            var bytes = key[..part.Bytes].ToArray();
            KernelOrder.Turn(bytes, part);
            var value = NftValue.Of(bytes);
            parts.Add(part.KernelId is 7 or 8 ? $"{value.ToAddress()}"
                : bytes.Length <= sizeof(ulong) ? value.ToNumber().ToString(CultureInfo.InvariantCulture)
                : value.ToString());
            key = key[Math.Min(NftValue.Padded(part.Bytes), key.Length)..];
        }

        return string.Join(" . ", parts);
    }
}
