using System.Runtime.InteropServices;
using Sluice.Kubernetes.Intent;

namespace Sluice.Dataplane.Planning.Nftables;

/// <summary>
/// What a table holds at one moment, for another thread to compare with a kernel while the table goes on. Taking it copies who has which slot and no
/// more; the rest follows from the intent, which does not change.
/// </summary>
public sealed class NftablesSnapshot
{
    private readonly NftablesLayout _layout;
    private readonly ServiceIntent _intent;
    private readonly List<Endpoint?> _slots = [];
    private readonly Dictionary<ServicePortName, (int Start, int Cluster, int Local)> _ports = [];

    /// <summary>Takes it.</summary>
    /// <param name="table">The table.</param>
    /// <param name="intent">What all Services are to do, as the table has it.</param>
    public NftablesSnapshot(NftablesTable table, ServiceIntent intent)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(intent);
        (_layout, _intent) = (table.Layout, intent);
        _ports.EnsureCapacity(table.Memory.ServiceCount);
        _slots.EnsureCapacity(intent.EndpointCount);
        foreach (var service in table.Memory.Services)
        {
            foreach (var port in service)
            {
                _ports[port.Name] = (_slots.Count, port.Cluster.Count, port.Local.Count);
                _slots.AddRange(port.Cluster.Span);
                _slots.AddRange(port.Local.Span);
            }
        }
    }

    /// <summary>Makes a table like the one it was taken of.</summary>
    public NftablesTable ToTable()
    {
        var table = new NftablesTable(_layout);
        foreach (var _ in table.Memory.TakeUp(_intent, CopySlots))
        {
            // Each is taken up as it is asked for.
        }

        return table;
    }

    private void CopySlots(PortState port)
    {
        var (start, cluster, local) = _ports[port.Name];
        Copy(start, port.Cluster, cluster);
        Copy(start + cluster, port.Local, local);
    }

    private void Copy(int start, SlotList slots, int count) => CollectionsMarshal.AsSpan(_slots).Slice(start, count).CopyTo(slots.Resize(count));
}
