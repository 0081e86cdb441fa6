using System.Collections;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Sluice.Net;

/// <summary>An immutable array that is equal to another with equal elements, so that records over it compare by value.</summary>
/// <typeparam name="T">The element type.</typeparam>
[CollectionBuilder(typeof(EquatableArray), nameof(EquatableArray.Create))]
public readonly struct EquatableArray<T>(T[]? items) : IEquatable<EquatableArray<T>>, IReadOnlyList<T>
{
    private readonly T[]? _items = items;

    /// <summary>The number of elements.</summary>
    public int Count => _items?.Length ?? 0;

    /// <summary>The element at the index.</summary>
    /// <exception cref="IndexOutOfRangeException">The index is outside the array.</exception>
    public T this[int index] => (_items ?? [])[index];

    /// <summary>The elements as a span.</summary>
    public ReadOnlySpan<T> Span => _items;

    /// <summary>Converts from a framework immutable array without copying.</summary>
    public static implicit operator EquatableArray<T>(ImmutableArray<T> items) => new(ImmutableCollectionsMarshal.AsArray(items));

    /// <summary>Whether both are the very same array, so that something computed from one holds for the other.</summary>
    internal bool IsSame(EquatableArray<T> other) => ReferenceEquals(_items, other._items);

    /// <inheritdoc/>
    public bool Equals(EquatableArray<T> other) =>
        ReferenceEquals(_items, other._items) || Span.SequenceEqual(other.Span, EqualityComparer<T>.Default);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is EquatableArray<T> other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        foreach (var item in Span)
        {
            hash.Add(item);
        }

        return hash.ToHashCode();
    }

    /// <summary>Enumerates without allocation.</summary>
    public ReadOnlySpan<T>.Enumerator GetEnumerator() => Span.GetEnumerator();

    IEnumerator<T> IEnumerable<T>.GetEnumerator() => ((IEnumerable<T>)(_items ?? [])).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => (_items ?? []).GetEnumerator();
}

/// <summary>Makes equatable arrays from collection expressions and sequences.</summary>
public static class EquatableArray
{
    /// <summary>Copies the items.</summary>
    public static EquatableArray<T> Create<T>(ReadOnlySpan<T> items) => new(items.IsEmpty ? null : items.ToArray());

    /// <summary>Copies the items.</summary>
    public static EquatableArray<T> ToEquatableArray<T>(this IEnumerable<T> items) => new(items.ToArray());
}
