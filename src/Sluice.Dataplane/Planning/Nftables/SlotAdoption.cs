using Sluice.Kubernetes.Intent;
using Sluice.Net;

namespace Sluice.Dataplane.Planning.Nftables;

/// <summary>Finds in a dump which endpoint has which slot, so that a restart changes nothing.</summary>
internal sealed class SlotAdoption(NftablesTable table, NftablesDump dump)
{
    private readonly List<Endpoint?> _found = [];

    /// <summary>Gives a port's lists the slots that the kernel has for the first of its addresses that shows each.</summary>
    public void Adopt(PortState port)
    {
        if (dump.ElementCount == 0 || port.Intent is not { } intent)
        {
            return;
        }

        bool hasCluster = false, hasLocal = false;
        for (var i = 0; i < ServiceAddresses.CountOf(intent) && !(hasCluster && hasLocal); i++)
        {
            var (address, kind) = ServiceAddresses.At(intent, i);
            var claim = new Claim<PortState>(port, kind);
            if (table.Memory.OwnerOf(address) != claim)
            {
                continue;
            }

            // How many slots there will be does not matter to which list stands where, but whether there are any.
            var plan = AddressPlan.Of(table.Layout, intent, kind, intent.Endpoints.Cluster.Count, intent.Endpoints.Local.Count);
            var maps = AddressMaps.Of(address);
            if (plan.Endpoints == EndpointList.Cluster && !hasCluster)
            {
                hasCluster = Read(maps.Endpoints, address, intent.Endpoints.Cluster, port.Cluster);
            }

            if ((plan.HasLocalEndpoints || plan.Endpoints == EndpointList.Local) && !hasLocal)
            {
                hasLocal = Read(plan.HasLocalEndpoints ? maps.LocalEndpoints : maps.Endpoints, address, intent.Endpoints.Local, port.Local);
            }
        }
    }

    // True: the list was looked for.
    private bool Read(TableSet map, ServiceAddress address, EquatableArray<Endpoint> wanted, SlotList slots)
    {
        _found.Clear();
        for (var slot = 0; dump.Elements.Find(table.Elements.Slot(map, address, slot, endpoint: null)) is >= 0 and var at; slot++)
        {
            var (ip, port) = table.Elements.ReadEndpoint(dump.Elements.DataOf(at));
            _found.Add(slot < wanted.Count && wanted[slot].Address == ip && wanted[slot].Port == port ? wanted[slot] : new Endpoint(ip, port));
        }

        _found.CopyTo(slots.Resize(_found.Count));
        return true;
    }
}
