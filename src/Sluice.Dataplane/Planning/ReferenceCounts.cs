using System.Runtime.InteropServices;

namespace Sluice.Dataplane.Planning;

/// <summary>Elements that several Service ports need, each with how many do.</summary>
/// <typeparam name="T">What an element is made from.</typeparam>
internal sealed class ReferenceCounts<T>
    where T : struct, IEquatable<T>
{
    private readonly Dictionary<T, Entry> _entries = [];
    private readonly List<T> _touched = [];

    /// <summary>One more needs it.</summary>
    public void Retain(T item) => Change(item, 1);

    /// <summary>One less needs it.</summary>
    public void Release(T item) => Change(item, -1);

    /// <summary>One more needs it, which is nothing that came.</summary>
    public void Hold(T item) => CollectionsMarshal.GetValueRefOrAddDefault(_entries, item, out _).Count++;

    /// <summary>Those that any needs.</summary>
    public IEnumerable<T> Needed => _entries.Where(e => e.Value.Count > 0).Select(e => e.Key);

    /// <summary>Whether any needs it.</summary>
    public bool IsNeeded(T item) => _entries.TryGetValue(item, out var entry) && entry.Count > 0;

    /// <summary>Makes room for so many items.</summary>
    public void Reserve(int count) => _entries.EnsureCapacity(count);

    /// <summary>Marks an item, and says whether it had no mark of that number.</summary>
    public bool Mark(T item, int number)
    {
        ref var entry = ref CollectionsMarshal.GetValueRefOrAddDefault(_entries, item, out _);
        var isFirst = entry.MarkedWith != number;
        entry.MarkedWith = number;
        return isFirst;
    }

    /// <summary>The next item that came or went since the last time; false when there is no more.</summary>
    public bool TakeChange(out T item, out bool isNeeded)
    {
        while (_touched.Count > 0)
        {
            item = _touched[^1];
            _touched.RemoveAt(_touched.Count - 1);
            ref var entry = ref CollectionsMarshal.GetValueRefOrAddDefault(_entries, item, out _);
            isNeeded = entry.Count > 0;
            var isOther = isNeeded != entry.WasNeeded;
            entry.IsTouched = false;
            if (!isNeeded)
            {
                _entries.Remove(item);
            }

            if (isOther)
            {
                return true;
            }
        }

        (item, isNeeded) = (default, false);
        return false;
    }

    private void Change(T item, int by)
    {
        ref var entry = ref CollectionsMarshal.GetValueRefOrAddDefault(_entries, item, out _);
        if (!entry.IsTouched)
        {
            (entry.IsTouched, entry.WasNeeded) = (true, entry.Count > 0);
            _touched.Add(item);
        }

        entry.Count += by;
    }

    private struct Entry
    {
        public int Count;
        public int MarkedWith;
        public bool WasNeeded;
        public bool IsTouched;
    }
}
