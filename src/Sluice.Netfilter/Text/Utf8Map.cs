using System.Diagnostics.CodeAnalysis;

namespace Sluice.Netfilter.Text;

/// <summary>A dictionary keyed by UTF-8 text, so that names in a dump are looked up without making strings of them.</summary>
internal sealed class Utf8Map<T>
    where T : class
{
    private int[] _buckets = new int[64];
    private Entry[] _entries = new Entry[32];

    public int Count { get; private set; }

    public bool TryGet(ReadOnlySpan<byte> key, [NotNullWhen(true)] out T? value)
    {
        var hash = Utf8Hash.Of(key);
        for (var i = _buckets[hash & (uint)(_buckets.Length - 1)]; i > 0; i = _entries[i - 1].Next)
        {
            ref var entry = ref _entries[i - 1];
            if (entry.Hash == hash && key.SequenceEqual(entry.Key))
            {
                value = entry.Value;
                return true;
            }
        }

        value = null;
        return false;
    }

    /// <summary>Adds a key that is not there yet; the key is copied.</summary>
    public void Add(ReadOnlySpan<byte> key, T value)
    {
        if (Count == _entries.Length)
        {
            Grow();
        }

        var hash = Utf8Hash.Of(key);
        ref var bucket = ref _buckets[hash & (uint)(_buckets.Length - 1)];
        _entries[Count] = new Entry(hash, bucket, key.ToArray(), value);
        bucket = ++Count;
    }

    private void Grow()
    {
        Array.Resize(ref _entries, _entries.Length * 2);
        _buckets = new int[_entries.Length * 2];
        for (var i = 0; i < Count; i++)
        {
            ref var bucket = ref _buckets[_entries[i].Hash & (uint)(_buckets.Length - 1)];
            _entries[i] = _entries[i] with { Next = bucket };
            bucket = i + 1;
        }
    }

    private readonly record struct Entry(uint Hash, int Next, byte[] Key, T Value);
}
