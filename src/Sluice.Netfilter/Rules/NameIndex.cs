using Sluice.Net;

namespace Sluice.Netfilter.Rules;

/// <summary>The items of an array by their names.</summary>
internal sealed class NameIndex<T>
    where T : class
{
    private readonly EquatableArray<T> _of;
    private readonly Dictionary<string, T> _byName;

    private NameIndex(EquatableArray<T> of, Func<T, string> nameOf)
    {
        _of = of;
        _byName = new Dictionary<string, T>(of.Count, StringComparer.Ordinal);
        foreach (var item in of)
        {
            _byName.TryAdd(nameOf(item), item);
        }
    }

    /// <summary>The index of an array: that which is kept, when it is of the same array, else a new one, kept from now on.</summary>
    public static NameIndex<T> Of(ref NameIndex<T>? kept, EquatableArray<T> items, Func<T, string> nameOf)
    {
        // "with" copies what is kept too: it counts only for the items it was made of.
        if (kept is not { } index || !index._of.IsSame(items))
        {
            kept = index = new NameIndex<T>(items, nameOf);
        }

        return index;
    }

    /// <summary>The first item of that name; null when there is none.</summary>
    public T? Find(string name) => _byName.GetValueOrDefault(name);
}
