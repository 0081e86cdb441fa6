using Sluice.Dataplane.Planning.Ipvs;
using Sluice.Net;
using Sluice.Netfilter.Ipsets;
using Sluice.Netfilter.Ipvs;
using Xunit.Sdk;

namespace Sluice.Tests.Planning.Ipvs;

/// <summary>Sets, virtual servers and addresses as a kernel changes them step by step; it refuses what a kernel refuses.</summary>
internal sealed class IpvsModelKernel
{
    private readonly Dictionary<string, (IpSet Shape, Dictionary<EquatableArray<IpSetValue>, IpSetEntry> Entries)> _sets = new(StringComparer.Ordinal);
    private readonly Dictionary<VirtualServerKey, (VirtualServer Server, Dictionary<(NetAddress, int), RealServer> Reals)> _servers = [];
    private readonly SortedSet<NetAddress> _addresses = [];

    /// <summary>A kernel with the sets of a layout, empty.</summary>
    public IpvsModelKernel(IpvsLayout layout) => Apply(layout.Sets.Select(s => (IpvsStep)new IpvsStep.CreateSet(s)));

    /// <summary>A kernel with nothing.</summary>
    public IpvsModelKernel()
    {
    }

    public int Steps { get; private set; }

    public IpSetTable Sets => new(_sets.Values.Select(s => s.Shape with { Entries = s.Entries.Values.ToEquatableArray() }).ToEquatableArray());

    public IpvsTable Servers => new(_servers.Values.Select(s => s.Server with { RealServers = s.Reals.Values.ToEquatableArray() }).ToEquatableArray());

    public EquatableArray<NetAddress> Addresses => _addresses.ToEquatableArray();

    /// <summary>A kernel that holds a plan.</summary>
    public static IpvsModelKernel Of(IpvsPlan plan)
    {
        var kernel = new IpvsModelKernel();
        kernel.Apply(plan.Ipsets.Sets.SelectMany(s => s.Entries.Select(e => (IpvsStep)new IpvsStep.AddEntry(s, e)).Prepend(new IpvsStep.CreateSet(s))));
        kernel.Apply(plan.Servers.Servers.SelectMany(s => s.RealServers.Select(r => (IpvsStep)new IpvsStep.AddReal(s.Key, r)).Prepend(new IpvsStep.AddServer(s))));
        kernel.Apply(plan.Addresses.Select(a => new IpvsStep.AddAddress(a)));
        return kernel;
    }

    public void Apply(IEnumerable<IpvsStep> steps)
    {
        foreach (var step in steps)
        {
            Apply(step);
            Steps++;
        }
    }

    public void Apply(IpvsStep step)
    {
        switch (step)
        {
            case IpvsStep.CreateSet { Set: var set }:
                Require(_sets.TryAdd(set.Name, (set with { Entries = [] }, [])), $"set {set.Name} is there");
                break;
            case IpvsStep.ReplaceSet { Set: var set }:
                Require(_sets.ContainsKey(set.Name), $"no set {set.Name} to replace");
                _sets[set.Name] = (set with { Entries = [] }, set.Entries.ToDictionary(e => e.Values));
                break;
            case IpvsStep.DestroySet { Name: var name }:
                Require(_sets.Remove(name), $"no set {name}");
                break;
            case IpvsStep.AddEntry { Set: var set, Entry: var entry }:
                Require(entry.Comment is null || _sets[set.Name].Shape.HasComments, $"{set.Name} takes no comments");
                _sets[set.Name].Entries[entry.Values] = entry;
                break;
            case IpvsStep.RemoveEntry { Set: var set, Entry: var entry }:
                Require(_sets[set.Name].Entries.Remove(entry.Values), $"{set.Name} has no {string.Join(',', entry.Values)}");
                break;
            case IpvsStep.AddAddress { Address: var address }:
                Require(_addresses.Add(address), $"{address} is there");
                break;
            case IpvsStep.RemoveAddress { Address: var address }:
                Require(_addresses.Remove(address), $"no address {address}");
                break;
            case IpvsStep.AddServer { Server: var server }:
                Require(_servers.TryAdd(server.Key, (server with { RealServers = [] }, [])), $"{server.Key} is there");
                break;
            case IpvsStep.EditServer { Server: var server }:
                _servers[server.Key] = (server with { RealServers = [] }, RealsOf(server.Key));
                break;
            case IpvsStep.RemoveServer { Key: var key }:
                Require(_servers.Remove(key), $"no {key}");
                break;
            case IpvsStep.AddReal { Key: var key, Real: var real }:
                Require(RealsOf(key).TryAdd((real.Address, real.Port), real), $"{key} has {real}");
                break;
            case IpvsStep.EditReal { Key: var key, Real: var real }:
                Require(RealsOf(key).ContainsKey((real.Address, real.Port)), $"{key} has no {real}");
                RealsOf(key)[(real.Address, real.Port)] = real;
                break;
            case IpvsStep.RemoveReal { Key: var key, Real: var real }:
                Require(RealsOf(key).Remove((real.Address, real.Port)), $"{key} has no {real}");
                break;
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    /// <summary>All that it holds, a sorted line each; <paramref name="isDraining"/> tells the real servers that do not count.</summary>
    public IReadOnlyList<string> InWords(Func<VirtualServerKey, RealServer, bool>? isDraining = null) => Words(Sets, Servers, Addresses, isDraining);

    /// <summary>All that a plan holds, a sorted line each.</summary>
    public static IReadOnlyList<string> InWords(IpvsPlan plan) => Words(plan.Ipsets, plan.Servers, plan.Addresses, null);

    private static string[] Words(IpSetTable sets, IpvsTable servers, IEnumerable<NetAddress> addresses, Func<VirtualServerKey, RealServer, bool>? isDraining) =>
    [
        .. sets.Sets.Select(s => $"set {s.Name} {s.Type} {s.Family} comments {s.HasComments}")
            .Concat(sets.Sets.SelectMany(s => s.Entries.Select(e => $"{s.Name} {Text(e)}")))
            .Concat(servers.Servers.Select(s => $"{s.Key} {s.Scheduler} {s.SchedulerFlags} {s.PersistenceSeconds}"))
            .Concat(servers.Servers.SelectMany(s => s.RealServers.Where(r => isDraining?.Invoke(s.Key, r) != true).Select(r => $"{s.Key} -> {r} {r.Method} {r.Weight}")))
            .Concat(addresses.Select(a => $"address {a}"))
            .Order(StringComparer.Ordinal),
    ];

    private static string Text(IpSetEntry entry) => string.Join(',', entry.Values.Select(v => v switch
    {
        IpSetValue.Network network => network.Prefix.ToString(),
        IpSetValue.Port port => $"{port.Protocol}:{port.Number}",
        _ => v.ToString(),
    })) + $" {entry.Comment}";

    private Dictionary<(NetAddress, int), RealServer> RealsOf(VirtualServerKey key) =>
        _servers.TryGetValue(key, out var server) ? server.Reals : throw new XunitException($"no virtual server {key}");

    private static void Require(bool holds, string problem)
    {
        if (!holds)
        {
            throw new XunitException(problem);
        }
    }
}
