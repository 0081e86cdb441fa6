using System.Buffers.Binary;
using System.Text;
using Sluice.Netfilter.Nftables.Changes;

namespace Sluice.Dataplane.Planning.Nftables;

/// <summary>
/// Elements that a kernel holds, packed: a dump has hundreds of thousands. A record is a header, the key, for a range its highest key,
/// and the data; records with equal hashes are linked.
/// </summary>
internal sealed class DumpedElements
{
    private const int NextAt = 0;
    private const int VerdictAt = 4;
    private const int CommentAt = 8;
    private const int SetAt = 12;
    private const int KeyLengthAt = 13;
    private const int LastLengthAt = 14;
    private const int DataLengthAt = 15;
    private const int IsSeenAt = 16;
    private const int Header = 17;

    private const int NoVerdict = 0;
    private const int DropVerdict = 1;
    private const int FirstChain = 2;

    private readonly Dictionary<string, int> _chains = new(StringComparer.Ordinal);
    private readonly List<string> _chainNames = [];
    private byte[] _bytes = new byte[4096];

    // Where the records of a hash begin, plus one.
    private int[] _buckets = new int[64];
    private int _end;

    // Of each set how many.
    private readonly int[] _counts = new int[TableSets.Count];

    /// <summary>How many there are.</summary>
    public int Count { get; private set; }

    /// <summary>Where the first record is; -1 when there is none.</summary>
    public int First => _end == 0 ? -1 : 0;

    /// <summary>
    /// Adds an element; returns where its record is. One that is there already stays as it was: a kernel that makes a set larger while it is read
    /// may tell elements twice.
    /// </summary>
    /// <param name="set">Its set.</param>
    /// <param name="key">Its key.</param>
    /// <param name="last">For a range its highest key; else empty.</param>
    /// <param name="data">Its data; empty without.</param>
    /// <param name="chain">The chain its verdict goes to, in UTF-8; empty without.</param>
    /// <param name="drops">Whether its verdict drops.</param>
    /// <param name="comment">Its comment, in UTF-8; empty without.</param>
    public int Add(byte set, ReadOnlySpan<byte> key, ReadOnlySpan<byte> last, ReadOnlySpan<byte> data, ReadOnlySpan<byte> chain, bool drops, ReadOnlySpan<byte> comment)
    {
        if (Find(set, key, last) is >= 0 and var known)
        {
            return known;
        }

        if (Count == _buckets.Length)
        {
            Rehash();
        }

        var at = _end;
        _end += Header + key.Length + last.Length + data.Length;
        if (_end > _bytes.Length)
        {
            Array.Resize(ref _bytes, Math.Max(_end, _bytes.Length * 2));
        }

        var record = _bytes.AsSpan(at.._end);
        Span<char> text = stackalloc char[Math.Max(chain.Length, comment.Length)];
        var name = text[..Encoding.UTF8.GetChars(chain, text)];
        BinaryPrimitives.WriteInt32LittleEndian(record[VerdictAt..], name.Length > 0 ? NumberOf(name) : drops ? DropVerdict : NoVerdict);
        var words = text[..Encoding.UTF8.GetChars(comment, text)];
        BinaryPrimitives.WriteInt32LittleEndian(record[CommentAt..], words.Length == 0 ? 0 : string.GetHashCode(words, StringComparison.Ordinal));
        (record[SetAt], record[KeyLengthAt], record[LastLengthAt], record[DataLengthAt]) = (set, (byte)key.Length, (byte)last.Length, (byte)data.Length);
        key.CopyTo(record[Header..]);
        last.CopyTo(record[(Header + key.Length)..]);
        data.CopyTo(record[(Header + key.Length + last.Length)..]);
        Link(at);
        Count++;
        _counts[set]++;
        return at;
    }

    /// <summary>How many elements a set has.</summary>
    public int CountOf(int set) => _counts[set];

    /// <summary>Where the record of an element's key is; -1 when there is none.</summary>
    public int Find(ElementChange element) => Find(element.Set, element.Key, element.Last);

    /// <summary>Whether a record says just what an element of the same key says.</summary>
    public bool IsSame(int at, ElementChange element) =>
        Number(at, VerdictAt) == VerdictOf(element) && Number(at, CommentAt) == CommentOf(element) && DataOf(at).SequenceEqual(element.Data);

    /// <summary>Whether a record's range and an element's have a key in common, where all parts but their last are the same.</summary>
    public bool Overlaps(int at, ElementChange element)
    {
        var key = KeyOf(at);
        var last = LastOf(at).Length == 0 ? key : LastOf(at);
        return key.SequenceCompareTo(element.Last.Length == 0 ? element.Key : element.Last) <= 0 && element.Key.SequenceCompareTo(last) <= 0;
    }

    /// <summary>The set of a record.</summary>
    public byte SetOf(int at) => _bytes[at + SetAt];

    /// <summary>The key of a record.</summary>
    public ReadOnlySpan<byte> KeyOf(int at) => _bytes.AsSpan(at + Header, _bytes[at + KeyLengthAt]);

    /// <summary>The data of a record.</summary>
    public ReadOnlySpan<byte> DataOf(int at) =>
        _bytes.AsSpan(at + Header + _bytes[at + KeyLengthAt] + _bytes[at + LastLengthAt], _bytes[at + DataLengthAt]);

    /// <summary>The chain a record's verdict goes to; null when it has none.</summary>
    public string? ChainOf(int at) => Number(at, VerdictAt) is >= FirstChain and var chain ? _chainNames[chain - FirstChain] : null;

    /// <summary>Whether a record was seen: it stays, or is being removed.</summary>
    public bool IsSeen(int at) => _bytes[at + IsSeenAt] != 0;

    /// <summary>Says that a record was seen.</summary>
    public void See(int at) => _bytes[at + IsSeenAt] = 1;

    /// <summary>The removal of a record's element.</summary>
    public ElementChange Removal(int at)
    {
        var element = new ElementChange { Set = _bytes[at + SetAt], IsDelete = true };
        element.SizeKey(KeyOf(at).Length, isRange: LastOf(at).Length > 0);
        KeyOf(at).CopyTo(element.Key);
        LastOf(at).CopyTo(element.Last);
        return element;
    }

    /// <summary>The record behind another, to visit all; the first is at 0, and -1 is behind the last.</summary>
    public int After(int at)
    {
        var next = at + Header + _bytes[at + KeyLengthAt] + _bytes[at + LastLengthAt] + _bytes[at + DataLengthAt];
        return next == _end ? -1 : next;
    }

    private int Find(byte set, ReadOnlySpan<byte> key, ReadOnlySpan<byte> last)
    {
        for (var at = _buckets[Bucket(set, key, last)] - 1; at >= 0; at = Number(at, NextAt) - 1)
        {
            if (_bytes[at + SetAt] == set && KeyOf(at).SequenceEqual(key) && LastOf(at).SequenceEqual(last))
            {
                return at;
            }
        }

        return -1;
    }

    private ReadOnlySpan<byte> LastOf(int at) => _bytes.AsSpan(at + Header + _bytes[at + KeyLengthAt], _bytes[at + LastLengthAt]);

    private int Number(int at, int field) => BinaryPrimitives.ReadInt32LittleEndian(_bytes.AsSpan(at + field));

    private int VerdictOf(ElementChange element) =>
        element.Goto is { } chain ? NumberOf(chain) : element.Drops ? DropVerdict : NoVerdict;

    private int NumberOf(ReadOnlySpan<char> chain)
    {
        if (!_chains.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(chain, out var number))
        {
            var name = chain.ToString();
            _chains[name] = number = _chainNames.Count + FirstChain;
            _chainNames.Add(name);
        }

        return number;
    }

    private static int CommentOf(ElementChange element) => element.Comment is null ? 0 : string.GetHashCode(element.Comment, StringComparison.Ordinal);

    private int Bucket(byte set, ReadOnlySpan<byte> key, ReadOnlySpan<byte> last)
    {
        var hash = default(HashCode);
        hash.Add(set);
        hash.AddBytes(key);
        hash.AddBytes(last);
        return hash.ToHashCode() & (_buckets.Length - 1);
    }

    private void Link(int at)
    {
        ref var bucket = ref _buckets[Bucket(_bytes[at + SetAt], KeyOf(at), LastOf(at))];
        BinaryPrimitives.WriteInt32LittleEndian(_bytes.AsSpan(at + NextAt), bucket);
        bucket = at + 1;
    }

    private void Rehash()
    {
        _buckets = new int[_buckets.Length * 2];
        for (var at = First; at >= 0; at = After(at))
        {
            Link(at);
        }
    }
}
