using System.Runtime.InteropServices;
using Sluice.Netfilter.Nftables.Changes;

namespace Sluice.Linux.Netlink.Nftables;

/// <summary>
/// In which order a batch has the elements of a transaction. Many stand set by set, each set's in their own order, since the kernel looks
/// table and set up for every message; what happens in one set does not depend on others. A few stand as they are.
/// </summary>
internal static class ElementOrder
{
    private const int Many = 64;

    /// <summary>The indexes of elements in the order of the batch; empty when that is their own.</summary>
    internal static ReadOnlySpan<int> Of(ReadOnlySpan<ElementChange> elements)
    {
        if (elements.Length < Many)
        {
            return [];
        }

        // Where the elements of each set begin.
        Span<int> next = stackalloc int[byte.MaxValue + 2];
        next.Clear();
        foreach (ref readonly var element in elements)
        {
            next[element.Set + 1]++;
        }

        for (var set = 1; set < next.Length; set++)
        {
            next[set] += next[set - 1];
        }

        var order = new int[elements.Length];
        for (var i = 0; i < elements.Length; i++)
        {
            order[next[elements[i].Set]++] = i;
        }

        return order;
    }

    /// <summary>The index in a transaction of an element of its batch.</summary>
    /// <param name="transaction">The transaction.</param>
    /// <param name="place">The element's place in the batch.</param>
    internal static int IndexOf(NftTransaction transaction, int place)
    {
        var order = Of(CollectionsMarshal.AsSpan(transaction.Elements));
        return order.IsEmpty ? place : order[place];
    }
}
