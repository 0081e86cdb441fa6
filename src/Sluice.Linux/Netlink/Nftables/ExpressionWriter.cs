namespace Sluice.Linux.Netlink.Nftables;

/// <summary>Writes the expressions that the kernel evaluates (NFTA_LIST_ELEM of a name and its attributes), one method each.</summary>
/// <param name="writer">Where they go.</param>
internal sealed partial class ExpressionWriter(NetlinkWriter writer)
{
    internal const uint Equal = 0;
    internal const uint NotEqual = 1;
    internal const int LookupOfNumber = 4;

    private int _element;
    private int _data;

    /// <summary>Puts a value into a register.</summary>
    internal void Immediate(uint register, ReadOnlySpan<byte> value)
    {
        Begin("immediate");
        writer.UInt32(1, register);
        Value(2, value);
        End();
    }

    /// <summary>Ends with a verdict.</summary>
    internal void Verdict(int code, string? chain)
    {
        Begin("immediate");
        writer.UInt32(1, Nft.NFT_REG_VERDICT);
        VerdictWriter.Write(writer, 2, code, chain);
        End();
    }

    /// <summary>Compares a register with a value.</summary>
    internal void Compare(uint register, bool inverted, ReadOnlySpan<byte> value)
    {
        Begin("cmp");
        writer.UInt32(1, register);
        writer.UInt32(2, inverted ? NotEqual : Equal);
        Value(3, value);
        End();
    }

    /// <summary>Compares a register with the values between two.</summary>
    internal void Range(uint register, bool inverted, ReadOnlySpan<byte> first, ReadOnlySpan<byte> last)
    {
        Begin("range");
        writer.UInt32(1, register);
        writer.UInt32(2, inverted ? NotEqual : Equal);
        Value(3, first);
        Value(4, last);
        End();
    }

    /// <summary>Looks into a set or map.</summary>
    /// <param name="register">Where the key is.</param>
    /// <param name="result">Where what it stands for goes; null for a set.</param>
    /// <param name="set">The set's name.</param>
    /// <param name="id">The number of a set without a name within the batch.</param>
    /// <param name="inverted">Whether the rule goes on when the key is not in it.</param>
    internal void Lookup(uint register, uint? result, string set, uint? id, bool inverted)
    {
        Begin("lookup");
        writer.Text(1, set);
        writer.UInt32(2, register);
        if (result is { } target)
        {
            writer.UInt32(3, target);
        }

        if (id is { } number)
        {
            writer.UInt32(LookupOfNumber, number);
        }

        if (inverted)
        {
            writer.UInt32(5, 1);
        }

        End();
    }

    /// <summary>Changes a set.</summary>
    /// <param name="operation">NFT_DYNSET_OP_*.</param>
    /// <param name="set">The set's name.</param>
    /// <param name="key">Where the key is.</param>
    /// <param name="data">Where what it shall stand for is; null for a set.</param>
    /// <param name="timeout">How long it shall live; null for the set's own.</param>
    /// <param name="counts">Whether the element counts.</param>
    internal void ChangeSet(uint operation, string set, uint key, uint? data, TimeSpan? timeout, bool counts)
    {
        Begin("dynset");
        writer.Text(1, set);
        writer.UInt32(3, operation);
        writer.UInt32(4, key);
        if (data is { } register)
        {
            writer.UInt32(5, register);
        }

        if (timeout is { } time)
        {
            writer.UInt64(6, (ulong)time.TotalMilliseconds);
        }

        if (counts)
        {
            var element = writer.BeginNest(7);
            writer.Text(Nft.NFTA_EXPR_NAME, "counter");
            writer.EndNest(writer.BeginNest(Nft.NFTA_EXPR_DATA));
            writer.EndNest(element);
        }

        End();
    }

    private void Begin(string name)
    {
        _element = writer.BeginNest(Nft.NFTA_LIST_ELEM);
        writer.Text(Nft.NFTA_EXPR_NAME, name);
        _data = writer.BeginNest(Nft.NFTA_EXPR_DATA);
    }

    private void End()
    {
        writer.EndNest(_data);
        writer.EndNest(_element);
    }

    private void Value(int type, ReadOnlySpan<byte> value)
    {
        var place = writer.BeginNest(type);
        writer.Bytes(Nft.NFTA_DATA_VALUE, value);
        writer.EndNest(place);
    }
}
