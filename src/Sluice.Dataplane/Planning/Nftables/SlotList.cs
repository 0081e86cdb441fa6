using Sluice.Kubernetes.Intent;

namespace Sluice.Dataplane.Planning.Nftables;

/// <summary>Which endpoint has which slot. An endpoint of more weight has several.</summary>
internal sealed class SlotList
{
    private Endpoint?[] _slots = [];

    /// <summary>How many slots there are.</summary>
    public int Count { get; private set; }

    /// <summary>The endpoints by slot.</summary>
    public ReadOnlySpan<Endpoint?> Span => _slots.AsSpan(0, Count);

    /// <summary>The endpoints by slot, to be changed by <see cref="SlotAssigner"/>.</summary>
    public Span<Endpoint?> Resize(int count)
    {
        if (count > _slots.Length)
        {
            Array.Resize(ref _slots, Count == 0 ? count : Math.Max(count, Count * 2));
        }
        else if (count < Count)
        {
            _slots.AsSpan(count, Count - count).Clear();
        }

        Count = count;
        return _slots.AsSpan(0, count);
    }
}
