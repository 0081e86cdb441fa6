using System.Diagnostics;
using Sluice.Dataplane.Planning.Nftables;
using Sluice.Kubernetes.Intent;
using Sluice.Kubernetes.Objects;
using Sluice.Net;

namespace Sluice.Benchmarks;

/// <summary>A cluster in a kernel, some of whose Services change one endpoint there and back, again and again.</summary>
internal sealed class NftChangeSide : IDisposable
{
    private const int Changing = 500;

    private readonly NetworkNamespace _space = new("sluice");
    private readonly NftKernel _kernel;
    private readonly NftablesChange _change;
    private readonly (ObjectName Name, EquatableArray<PortIntent> Usual, EquatableArray<PortIntent> Other, EquatableArray<PortIntent> Longer)[] _services;
    private int _next;

    public NftChangeSide(ServiceIntent intent)
    {
        _kernel = NftKernel.Load(intent, _space);
        _change = new NftablesChange(_kernel.Table.Layout);
        var names = intent.Ports.Select(p => p.Name.Service).Distinct().ToList();
        var changing = int.Min(Changing, names.Count);
        _services = [.. Enumerable.Range(0, changing).Select(i =>
        {
            var name = names[(int)((long)i * names.Count / changing)];
            var usual = intent.PortsOf(name);
            var newcomer = new NetAddress(Newcomer.Family, Newcomer.Bits + (UInt128)i + 1);
            return (name, usual, Map(usual, p => Replace(p, newcomer)), Map(usual, p => Add(p, newcomer)));
        })];
    }

    /// <summary>An address that is no endpoint's; those behind it are not, either.</summary>
    public static NetAddress Newcomer { get; } = NetAddress.Parse("10.255.0.0");

    /// <summary>Changes an endpoint of the next Service: to another address, or back when all have changed; from what the Service shall do to the kernel's answer.</summary>
    public TimeSpan Replace()
    {
        var (name, usual, other, _) = _services[_next % _services.Length];
        var ports = _next / _services.Length % 2 == 0 ? other : usual;
        _next++;
        return Apply(name, ports);
    }

    /// <summary>Gives a Service one endpoint more, and takes it away; the time of each.</summary>
    public (TimeSpan More, TimeSpan Fewer) Resize(int service)
    {
        var (name, usual, _, longer) = _services[service % _services.Length];
        return (Apply(name, longer), Apply(name, usual));
    }

    /// <summary>By how many elements the kernel differs from what it shall hold, when all Services are as usual.</summary>
    public int CountDifferences()
    {
        while (_next % (2 * _services.Length) != 0)
        {
            _ = Replace();
        }

        return _kernel.Restart();
    }

    /// <summary>A Service port with another address in the place of its first endpoint's.</summary>
    public static PortIntent Replace(PortIntent port, NetAddress address) =>
        With(port, [port.Endpoints.Cluster[0] with { Address = address, IsLocal = false }, .. port.Endpoints.Cluster.Span[1..]]);

    public void Dispose()
    {
        _kernel.Dispose();
        _space.Dispose();
    }

    private static PortIntent Add(PortIntent port, NetAddress address) =>
        With(port, [.. port.Endpoints.Cluster.Span, new Endpoint(address, port.Endpoints.Cluster[0].Port)]);

    private static PortIntent With(PortIntent port, Endpoint[] endpoints)
    {
        // In the order that an intent has them in.
        var sorted = endpoints.OrderBy(e => e.ToString(), StringComparer.Ordinal).ToEquatableArray();
        return port with { Endpoints = port.Endpoints with { Cluster = sorted, All = sorted }, EndpointCount = endpoints.Length };
    }

    private static EquatableArray<PortIntent> Map(EquatableArray<PortIntent> ports, Func<PortIntent, PortIntent> change) => ports.Select(change).ToEquatableArray();

    private TimeSpan Apply(ObjectName name, EquatableArray<PortIntent> ports)
    {
        var start = Stopwatch.GetTimestamp();
        _kernel.Table.Apply(name, ports, _change);
        _kernel.CarryOut(_change);
        _change.Clear();
        return Stopwatch.GetElapsedTime(start);
    }
}
