using Sluice.Kubernetes.Intent;
using Sluice.Net;
using Sluice.Netfilter.Nftables.Changes;

namespace Sluice.Dataplane.Planning.Nftables;

/// <summary>The elements that several Service ports need: cluster addresses, endpoints that may reach themselves, ports asked for health.</summary>
internal sealed class SharedElements(NftablesLayout layout, ElementMaker elements)
{
    private readonly ReferenceCounts<NetAddress> _clusterIPs = new();
    private readonly ReferenceCounts<NetAddress> _endpoints = new();
    private readonly ReferenceCounts<int> _healthChecks = new();

    /// <summary>A Service port comes, goes, or becomes another.</summary>
    public void Change(PortIntent? before, PortIntent? after)
    {
        ChangeEndpoints(before?.Endpoints.All ?? [], after?.Endpoints.All ?? []);
        if (before?.ClusterIP != after?.ClusterIP)
        {
            Change(_clusterIPs, before?.ClusterIP, after?.ClusterIP);
        }

        if (before?.HealthCheckNodePort != after?.HealthCheckNodePort && layout.Options.AcceptHealthChecks)
        {
            Change(_healthChecks, HealthCheck(before), HealthCheck(after));
        }
    }

    /// <summary>Takes up what a Service port needs, as nothing that came: all of it is to be written by <see cref="WriteAll"/> and <see cref="WriteClusterIP"/>.</summary>
    public void Hold(PortIntent port)
    {
        _clusterIPs.Hold(port.ClusterIP);
        foreach (var endpoint in port.Endpoints.All)
        {
            _endpoints.Hold(endpoint.Address);
        }

        if (layout.Options.AcceptHealthChecks && HealthCheck(port) is { } healthCheck)
        {
            _healthChecks.Hold(healthCheck);
        }
    }

    /// <summary>Makes room for so many Services and endpoints.</summary>
    public void Reserve(int services, int endpoints)
    {
        _clusterIPs.Reserve(services);
        _endpoints.Reserve(endpoints);
    }

    /// <summary>Writes which elements came and went since the last time.</summary>
    public void WriteChanges(IElementSink sink)
    {
        while (_endpoints.TakeChange(out var endpoint, out var isNeeded))
        {
            Write(sink, isNeeded, ChangePhase.Switch, ChangePhase.CleanUp, elements.Hairpin(endpoint, !isNeeded));
        }

        // What is left of a cluster address is refused: before its Services are there and after they went, it is not.
        while (_clusterIPs.TakeChange(out var ip, out var isNeeded))
        {
            Write(sink, isNeeded, ChangePhase.CleanUp, ChangePhase.Switch, elements.IP(TableSet.ClusterIPs, ip, !isNeeded));
        }

        while (_healthChecks.TakeChange(out var port, out var isNeeded))
        {
            Write(sink, isNeeded, ChangePhase.Switch, ChangePhase.Switch, HealthCheckElement(port, !isNeeded));
        }
    }

    /// <summary>Writes the elements that a Service port needs besides its cluster address, but for those written before under the same number.</summary>
    public void WriteAll(PortIntent port, int number, IElementSink sink)
    {
        foreach (var endpoint in port.Endpoints.All)
        {
            if (_endpoints.Mark(endpoint.Address, number))
            {
                sink.Put(ChangePhase.Switch, elements.Hairpin(endpoint.Address, isDelete: false));
            }
        }

        if (layout.Options.AcceptHealthChecks && HealthCheck(port) is { } healthCheck && _healthChecks.Mark(healthCheck, number))
        {
            sink.Put(ChangePhase.Switch, HealthCheckElement(healthCheck, isDelete: false));
        }
    }

    /// <summary>Writes an element of the same key as another, if it is one that is needed now.</summary>
    public void WriteSame(ElementChange element, TableSet set, IElementSink sink)
    {
        var isNeeded = set switch
        {
            TableSet.Hairpin => _endpoints.IsNeeded(elements.ReadIP(element.Key)),
            TableSet.ClusterIPs => _clusterIPs.IsNeeded(elements.ReadIP(element.Key)),
            TableSet.HealthCheckPorts => _healthChecks.IsNeeded(elements.ReadAddress(element.Key, isNodePort: true).Port),
            TableSet.NodePortIPs => layout.NodePortIPs.Contains(elements.ReadIP(element.Key)),
            _ => false,
        };
        if (!isNeeded)
        {
            return;
        }

        var wanted = new ElementChange { Set = element.Set };
        wanted.SizeKey(element.Key.Length);
        element.Key.CopyTo(wanted.Key);
        sink.Put(ChangePhase.Switch, wanted);
    }

    /// <summary>Writes a Service port's cluster address, unless it was written before under the same number.</summary>
    public void WriteClusterIP(PortIntent port, int number, IElementSink sink)
    {
        if (_clusterIPs.Mark(port.ClusterIP, number))
        {
            sink.Put(ChangePhase.Switch, elements.IP(TableSet.ClusterIPs, port.ClusterIP, isDelete: false));
        }
    }

    private static int? HealthCheck(PortIntent? port) => port is { HealthCheckNodePort: not 0 and var number } ? number : null;

    private static void Write(IElementSink sink, bool isNeeded, ChangePhase comes, ChangePhase goes, ElementChange element)
    {
        if (isNeeded)
        {
            sink.Put(comes, element);
        }
        else
        {
            sink.Take(goes, element);
        }
    }

    private static void Change<T>(ReferenceCounts<T> counts, T? before, T? after)
        where T : struct, IEquatable<T>
    {
        if (after is { } comes)
        {
            counts.Retain(comes);
        }

        if (before is { } goes)
        {
            counts.Release(goes);
        }
    }

    private ElementChange HealthCheckElement(int port, bool isDelete) =>
        elements.Address(TableSet.HealthCheckPorts, ServiceAddress.NodePort(L4Protocol.Tcp, port), isDelete);

    // Both are in the order of their text: of two lists that hardly differ, both ends are alike.
    private void ChangeEndpoints(EquatableArray<Endpoint> before, EquatableArray<Endpoint> after)
    {
        var (start, fewer) = (0, Math.Min(before.Count, after.Count));
        while (start < fewer && before[start].Address == after[start].Address)
        {
            start++;
        }

        var end = 0;
        while (end < fewer - start && before[before.Count - 1 - end].Address == after[after.Count - 1 - end].Address)
        {
            end++;
        }

        for (var i = start; i < after.Count - end; i++)
        {
            _endpoints.Retain(after[i].Address);
        }

        for (var i = start; i < before.Count - end; i++)
        {
            _endpoints.Release(before[i].Address);
        }
    }
}
