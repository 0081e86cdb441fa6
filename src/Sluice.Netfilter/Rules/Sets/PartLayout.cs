namespace Sluice.Netfilter.Rules.Sets;

/// <summary>Where the parts of a set's keys lie, and which of them are ranges in some of its elements.</summary>
internal sealed class PartLayout
{
    private readonly (int Offset, int Length)[] _ranged;

    private PartLayout(int length, int rangedParts, (int Offset, int Length)[] ranged)
    {
        Length = length;
        RangedParts = rangedParts;
        _ranged = ranged;
    }

    /// <summary>How many bytes a key has.</summary>
    public int Length { get; }

    /// <summary>The parts that are ranges, one bit each.</summary>
    public int RangedParts { get; }

    /// <summary>The layout of an element. A key that does not fit its type is taken as one part.</summary>
    public static PartLayout Of(NftKeyType key, SetElement element)
    {
        var length = element.First.Length;
        if (key.Parts.Count == 1 || key.Bytes != length || element.Last.Length != length)
        {
            return new PartLayout(length, 1, [(0, length)]);
        }

        var ranged = new List<(int, int)>();
        var bits = 0;
        var at = 0;
        for (var i = 0; i < key.Parts.Count; i++)
        {
            var bytes = NftValue.Padded(key.Parts[i].Bytes);
            if (!element.First.Span.Slice(at, bytes).SequenceEqual(element.Last.Span.Slice(at, bytes)))
            {
                bits |= 1 << i;
                ranged.Add((at, bytes));
            }

            at += bytes;
        }

        return new PartLayout(length, bits, [.. ranged]);
    }

    /// <summary>The first part that is a range.</summary>
    public ReadOnlySpan<byte> FirstRanged(ReadOnlySpan<byte> key) => key.Slice(_ranged[0].Offset, _ranged[0].Length);

    /// <summary>A key without its ranged parts, which become zeros.</summary>
    public NftValue ExactOf(NftValue key)
    {
        Span<byte> bytes = stackalloc byte[key.Length];
        key.Span.CopyTo(bytes);
        foreach (var (offset, length) in _ranged)
        {
            bytes.Slice(offset, length).Clear();
        }

        return NftValue.Of(bytes);
    }

    /// <summary>Whether a key's ranged parts each lie within the element's.</summary>
    public bool Holds(SetElement element, NftValue key)
    {
        foreach (var (offset, length) in _ranged)
        {
            var part = key.Span.Slice(offset, length);
            if (part.SequenceCompareTo(element.First.Span.Slice(offset, length)) < 0 || part.SequenceCompareTo(element.Last.Span.Slice(offset, length)) > 0)
            {
                return false;
            }
        }

        return true;
    }
}
