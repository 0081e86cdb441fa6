using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Sluice.Netfilter.Nftables.Changes;

/// <summary>One element of a set that comes or goes. A value without references to bytes elsewhere: a change of a Service allocates nothing.</summary>
public struct ElementChange
{
    private KeyBytes _key;
    private DataBytes _data;
    private byte _keyLength;
    private byte _lastLength;
    private byte _dataLength;

    /// <summary>Whether the element goes; else it comes.</summary>
    public bool IsDelete { get; init; }

    /// <summary>Which set: its index among <see cref="NftTransaction.Sets"/>.</summary>
    public byte Set { get; init; }

    /// <summary>In a map to verdicts: the chain to go on in; null for <see cref="Drops"/>, or where the map has data.</summary>
    public string? Goto { get; init; }

    /// <summary>In a map to verdicts: whether the packet is dropped.</summary>
    public bool Drops { get; init; }

    /// <summary>The element's comment; null without one.</summary>
    public string? Comment { get; init; }

    /// <summary>The key, as <see cref="Rules.Sets.NftValue"/> has it: most significant byte first, parts padded to four bytes. At most 48 bytes.</summary>
    [UnscopedRef]
    public Span<byte> Key => ((Span<byte>)_key)[.._keyLength];

    /// <summary>The highest key of a range, included; empty for a single key. At most 48 bytes.</summary>
    [UnscopedRef]
    public Span<byte> Last => ((Span<byte>)_key)[_keyLength..(_keyLength + _lastLength)];

    /// <summary>What the key stands for in a map to data; empty elsewhere. At most 20 bytes.</summary>
    [UnscopedRef]
    public Span<byte> Data => ((Span<byte>)_data)[.._dataLength];

    /// <summary>Gives the key room; its bytes are then written through <see cref="Key"/>.</summary>
    /// <param name="length">Bytes of the key, at most 48.</param>
    /// <param name="isRange">Whether a highest key follows.</param>
    public void SizeKey(int length, bool isRange = false)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, 48);
        _keyLength = (byte)length;
        _lastLength = (byte)(isRange ? length : 0);
    }

    /// <summary>Gives the data room; its bytes are then written through <see cref="Data"/>.</summary>
    /// <param name="length">Bytes of the data, at most 20.</param>
    public void SizeData(int length)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, 20);
        _dataLength = (byte)length;
    }

    [InlineArray(96)]
    private struct KeyBytes
    {
        private byte _first;
    }

    [InlineArray(20)]
    private struct DataBytes
    {
        private byte _first;
    }
}
