using System.Runtime.InteropServices;

namespace Sluice.Netfilter.Rules.Sets;

/// <summary>
/// Finds the element of a set that has a key: single keys by hash; ranges by hash of the parts that are exact, then by binary
/// search in the first part that is a range. Sets of sources per Service have a hundred thousand elements.
/// </summary>
internal sealed class NftSetIndex
{
    private readonly Dictionary<NftValue, SetElement> _singles = [];
    private readonly List<RangeGroup> _groups = [];
    private readonly SetElement? _catchAll;

    public NftSetIndex(NftKeyType key, ReadOnlySpan<SetElement> elements)
    {
        var groups = new Dictionary<int, RangeGroup>();
        foreach (var element in elements)
        {
            if (element.IsCatchAll)
            {
                _catchAll = element;
            }
            else if (element.IsSingle)
            {
                _singles.TryAdd(element.First, element);
            }
            else
            {
                var layout = PartLayout.Of(key, element);
                ref var group = ref CollectionsMarshal.GetValueRefOrAddDefault(groups, layout.RangedParts, out _);
                (group ??= new RangeGroup(layout)).Add(element);
            }
        }

        _groups.AddRange(groups.Values);
        foreach (var group in _groups)
        {
            group.Close();
        }
    }

    /// <summary>The element that has the key, else the one for all others; null when there is neither.</summary>
    public SetElement? Find(NftValue key)
    {
        if (_singles.TryGetValue(key, out var single))
        {
            return single;
        }

        foreach (var group in _groups)
        {
            if (group.Find(key) is { } element)
            {
                return element;
            }
        }

        return _catchAll;
    }

    // Elements whose ranges lie in the same parts, by the parts that are exact.
    private sealed class RangeGroup(PartLayout layout)
    {
        private readonly Dictionary<NftValue, Bucket> _buckets = [];

        public void Add(SetElement element)
        {
            ref var bucket = ref CollectionsMarshal.GetValueRefOrAddDefault(_buckets, layout.ExactOf(element.First), out _);
            (bucket ??= new Bucket(layout)).Elements.Add(element);
        }

        public void Close()
        {
            foreach (var bucket in _buckets.Values)
            {
                bucket.Close();
            }
        }

        public SetElement? Find(NftValue key) =>
            key.Length == layout.Length && _buckets.TryGetValue(layout.ExactOf(key), out var bucket) ? bucket.Find(key) : null;
    }

    // Ranges in the order of where the first ranged part begins, with the farthest end so far: what lies before it cannot hold the key.
    private sealed class Bucket(PartLayout layout)
    {
        private NftValue[] _farthest = [];

        public List<SetElement> Elements { get; } = [];

        public void Close()
        {
            Elements.Sort((a, b) => layout.FirstRanged(a.First.Span).SequenceCompareTo(layout.FirstRanged(b.First.Span)));
            _farthest = new NftValue[Elements.Count];
            for (var i = 0; i < Elements.Count; i++)
            {
                var end = NftValue.Of(layout.FirstRanged(Elements[i].Last.Span));
                _farthest[i] = i > 0 && _farthest[i - 1] > end ? _farthest[i - 1] : end;
            }
        }

        public SetElement? Find(NftValue key)
        {
            var part = layout.FirstRanged(key.Span);
            for (var i = LastNotAfter(part); i >= 0 && part.SequenceCompareTo(_farthest[i].Span) <= 0; i--)
            {
                if (layout.Holds(Elements[i], key))
                {
                    return Elements[i];
                }
            }

            return null;
        }

        private int LastNotAfter(ReadOnlySpan<byte> part)
        {
            var (low, high) = (0, Elements.Count - 1);
            while (low <= high)
            {
                var middle = (low + high) / 2;
                if (layout.FirstRanged(Elements[middle].First.Span).SequenceCompareTo(part) <= 0)
                {
                    low = middle + 1;
                }
                else
                {
                    high = middle - 1;
                }
            }

            return high;
        }
    }
}
