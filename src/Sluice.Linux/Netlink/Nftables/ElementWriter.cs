using System.Runtime.InteropServices;
using Sluice.Netfilter.Nftables.Changes;
using Sluice.Netfilter.Rules.Sets;

namespace Sluice.Linux.Netlink.Nftables;

/// <summary>
/// Writes elements of sets (NFT_MSG_NEWSETELEM, NFT_MSG_DELSETELEM). Neighbours of the same set and direction share a message, up to
/// the 64 KiB that an attribute holds; many elements are put in the order of <see cref="ElementOrder"/> for that.
/// </summary>
/// <param name="batch">Where they go.</param>
internal sealed class ElementWriter(NftBatch batch)
{
    // An attribute's length has 16 bits; one element takes less than 1 KiB.
    private const int FullBytes = 60_000;

    private readonly NetlinkWriter _writer = batch.Writer;
    private string _table = "";
    private NftSet? _set;
    private uint? _id;
    private bool _isDelete;
    private int _list = -1;

    /// <summary>Writes the changes of a transaction.</summary>
    internal void Write(NftTransaction transaction)
    {
        var changes = CollectionsMarshal.AsSpan(transaction.Elements);
        var order = ElementOrder.Of(changes);
        for (var i = 0; i < changes.Length; i++)
        {
            ref var change = ref changes[order.IsEmpty ? i : order[i]];
            Begin(transaction.Table, transaction.Sets[change.Set], null, change.IsDelete);
            Write(ref change);
        }

        End();
    }

    /// <summary>Writes all elements of a set of the model.</summary>
    /// <param name="table">The table.</param>
    /// <param name="set">The set.</param>
    /// <param name="id">The number of a set without a name within the batch; null for one with a name.</param>
    internal void Write(string table, NftSet set, uint? id)
    {
        foreach (var element in set.Elements)
        {
            Begin(table, set, id, isDelete: false);
            Write(set, element);
        }

        End();
    }

    private void Begin(string table, NftSet set, uint? id, bool isDelete)
    {
        if (_list >= 0 && ReferenceEquals(_set, set) && _isDelete == isDelete && _writer.Length - _list < FullBytes)
        {
            return;
        }

        End();
        (_table, _set, _id, _isDelete) = (table, set, id, isDelete);
        batch.BeginMessage(isDelete ? Nft.NFT_MSG_DELSETELEM : Nft.NFT_MSG_NEWSETELEM, isDelete ? (ushort)0 : NetlinkMessages.NLM_F_CREATE);
        _writer.Text(Nft.NFTA_SET_ELEM_LIST_TABLE, _table);
        _writer.Text(Nft.NFTA_SET_ELEM_LIST_SET, SetWriter.KernelName(set, id));
        if (_id is { } number)
        {
            _writer.UInt32(Nft.NFTA_SET_ELEM_LIST_SET_ID, number);
        }

        _list = _writer.BeginNest(Nft.NFTA_SET_ELEM_LIST_ELEMENTS);
    }

    private void End()
    {
        if (_list >= 0)
        {
            _writer.EndNest(_list);
            _writer.EndMessage();
            _list = -1;
            _set = null;
        }
    }

    private void Write(ref ElementChange change)
    {
        var set = _set!;
        var isOpen = SetWriter.HasEndElements(set);
        var element = _writer.BeginNest(Nft.NFTA_LIST_ELEM);
        Value(Nft.NFTA_SET_ELEM_KEY, set.Key, change.Key, isOpen);
        if (!change.Last.IsEmpty && !isOpen)
        {
            Value(Nft.NFTA_SET_ELEM_KEY_END, set.Key, change.Last, isOpen);
        }

        if (!change.IsDelete)
        {
            if (!change.Data.IsEmpty)
            {
                Value(Nft.NFTA_SET_ELEM_DATA, set.Data!, change.Data, isOrdered: false);
            }
            else if (change.Goto is { } chain)
            {
                VerdictWriter.Write(_writer, Nft.NFTA_SET_ELEM_DATA, Nft.NFT_GOTO, chain);
            }
            else if (change.Drops)
            {
                VerdictWriter.Write(_writer, Nft.NFTA_SET_ELEM_DATA, Nft.NF_DROP, null);
            }

            Comment(change.Comment);
        }

        _writer.EndNest(element);
        if (isOpen)
        {
            EndElement(change.Last.IsEmpty ? change.Key : change.Last);
        }
    }

    private void Write(NftSet set, SetElement value)
    {
        var isOpen = SetWriter.HasEndElements(set);
        var element = _writer.BeginNest(Nft.NFTA_LIST_ELEM);
        if (value.IsCatchAll)
        {
            _writer.UInt32(Nft.NFTA_SET_ELEM_FLAGS, Nft.NFT_SET_ELEM_CATCHALL);
        }
        else
        {
            Value(Nft.NFTA_SET_ELEM_KEY, set.Key, value.First.Span, isOpen);
            if (!isOpen && SetWriter.HasRanges(set))
            {
                Value(Nft.NFTA_SET_ELEM_KEY_END, set.Key, value.Last.Span, isOpen);
            }
        }

        if (value.Data is { } data)
        {
            Value(Nft.NFTA_SET_ELEM_DATA, set.Data!, data.Span, isOrdered: false);
        }
        else if (value.Verdict is { } verdict)
        {
            VerdictWriter.Write(_writer, Nft.NFTA_SET_ELEM_DATA, verdict);
        }

        if (value.Timeout is { } timeout)
        {
            _writer.UInt64(Nft.NFTA_SET_ELEM_TIMEOUT, (ulong)timeout.TotalMilliseconds);
        }

        Comment(value.Comment);
        _writer.EndNest(element);
        if (isOpen && !value.IsCatchAll)
        {
            EndElement(value.Last.Span);
        }
    }

    // A set of ranges that are no concatenations holds each as two elements: where it begins, and the key behind its last.
    private void EndElement(ReadOnlySpan<byte> last)
    {
        if (last.IndexOfAnyExcept((byte)0xff) < 0)
        {
            return;
        }

        var element = _writer.BeginNest(Nft.NFTA_LIST_ELEM);
        var key = _writer.BeginNest(Nft.NFTA_SET_ELEM_KEY);
        var value = _writer.Attribute(Nft.NFTA_DATA_VALUE, last.Length);
        last.CopyTo(value);
        for (var i = value.Length - 1; ++value[i] == 0; i--)
        {
        }

        _writer.EndNest(key);
        _writer.UInt32(Nft.NFTA_SET_ELEM_FLAGS, Nft.NFT_SET_ELEM_INTERVAL_END);
        _writer.EndNest(element);
    }

    private void Value(int type, NftKeyType valueType, ReadOnlySpan<byte> bytes, bool isOrdered)
    {
        var place = _writer.BeginNest(type);
        var value = _writer.Attribute(Nft.NFTA_DATA_VALUE, bytes.Length);
        bytes.CopyTo(value);
        if (!isOrdered)
        {
            KernelOrder.Turn(value, valueType);
        }

        _writer.EndNest(place);
    }

    private void Comment(string? comment)
    {
        if (comment is not null)
        {
            UserData.WriteComment(_writer.Attribute(Nft.NFTA_SET_ELEM_USERDATA, UserData.SizeOfComment(comment)), Nft.CommentUserData, comment);
        }
    }
}
