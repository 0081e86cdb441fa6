using System.Runtime.InteropServices;
using Sluice.Kubernetes.Intent;
using Sluice.Net;

namespace Sluice.Dataplane.Planning.Nftables;

/// <summary>
/// Gives endpoints slots so that as few as possible change: who stays keeps its slot, who comes takes one that is free, and when a
/// list becomes shorter its last slots move into the gaps.
/// </summary>
internal sealed class SlotAssigner
{
    // Above this the scratch is not kept: clearing it would cost every later change.
    private const int LargestKept = 4096;

    private Dictionary<(NetAddress Address, int Port), int> _needed = [];

    /// <summary>Whether both are the same place.</summary>
    public static bool IsSame(Endpoint? one, Endpoint? other) =>
        ReferenceEquals(one, other) || (one is not null && other is not null && one.Port == other.Port && one.Address == other.Address);

    /// <summary>Gives the slots of a list to endpoints, as many to each as its weight says (without what all weights have in common).</summary>
    public void Assign(SlotList list, EquatableArray<Endpoint> endpoints)
    {
        var shared = SharedFactor(endpoints);
        if (IsUnchanged(list, endpoints, shared))
        {
            return;
        }

        if (list.Count == 0 && shared == HighestWeight(endpoints))
        {
            endpoints.Span.CopyTo(list.Resize(endpoints.Count)!);
            return;
        }

        var count = 0;
        foreach (var endpoint in endpoints)
        {
            var slots = endpoint.Weight / shared;
            CollectionsMarshal.GetValueRefOrAddDefault(_needed, (endpoint.Address, endpoint.Port), out _) += slots;
            count += slots;
        }

        var before = list.Count;
        var all = list.Resize(Math.Max(before, count));
        Keep(all[..before]);
        MoveInto(all, count);
        Fill(all[..count], endpoints);
        list.Resize(count);
        Forget();
    }

    // Takes out who goes, and counts down who stays.
    private void Keep(Span<Endpoint?> slots)
    {
        foreach (ref var slot in slots)
        {
            if (slot is not null)
            {
                ref var needed = ref CollectionsMarshal.GetValueRefOrNullRef(_needed, (slot.Address, slot.Port));
                if (System.Runtime.CompilerServices.Unsafe.IsNullRef(ref needed) || needed == 0)
                {
                    slot = null;
                }
                else
                {
                    needed--;
                }
            }
        }
    }

    private static void MoveInto(Span<Endpoint?> all, int count)
    {
        var gap = 0;
        for (var i = count; i < all.Length; i++)
        {
            if (all[i] is { } endpoint)
            {
                while (all[gap] is not null)
                {
                    gap++;
                }

                all[gap] = endpoint;
                all[i] = null;
            }
        }
    }

    private void Fill(Span<Endpoint?> slots, EquatableArray<Endpoint> endpoints)
    {
        var gap = 0;
        foreach (var endpoint in endpoints)
        {
            ref var needed = ref CollectionsMarshal.GetValueRefOrNullRef(_needed, (endpoint.Address, endpoint.Port));
            for (; needed > 0; needed--)
            {
                while (slots[gap] is not null)
                {
                    gap++;
                }

                slots[gap] = endpoint;
            }
        }
    }

    private void Forget()
    {
        if (_needed.Count > LargestKept)
        {
            _needed = [];
        }
        else
        {
            _needed.Clear();
        }
    }

    private static bool IsUnchanged(SlotList list, EquatableArray<Endpoint> endpoints, int shared)
    {
        var slots = list.Span;
        if (slots.Length != endpoints.Count)
        {
            return false;
        }

        for (var i = 0; i < slots.Length; i++)
        {
            if (endpoints[i].Weight != shared || !IsSame(slots[i], endpoints[i]))
            {
                return false;
            }
        }

        return true;
    }

    private static int HighestWeight(EquatableArray<Endpoint> endpoints)
    {
        var highest = 0;
        foreach (var endpoint in endpoints)
        {
            highest = Math.Max(highest, endpoint.Weight);
        }

        return highest;
    }

    private static int SharedFactor(EquatableArray<Endpoint> endpoints)
    {
        var shared = 0;
        foreach (var endpoint in endpoints)
        {
            var (a, b) = (endpoint.Weight, shared);
            while (b != 0)
            {
                (a, b) = (b, a % b);
            }

            shared = a;
            if (shared == 1)
            {
                break;
            }
        }

        return Math.Max(shared, 1);
    }
}
