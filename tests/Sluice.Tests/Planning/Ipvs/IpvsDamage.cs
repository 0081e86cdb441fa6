using Sluice.Net;
using Sluice.Netfilter.Ipsets;
using Sluice.Netfilter.Ipvs;

namespace Sluice.Tests.Planning.Ipvs;

/// <summary>What somebody else may do to a kernel's sets, virtual servers and addresses.</summary>
internal static class IpvsDamage
{
#pragma warning disable CA5394 // Test data, not secrets.
    /// <summary>Does some of it; says what, and how many steps mend it at most.</summary>
    public static (IReadOnlyList<string> Done, int Steps) Do(IpvsModelKernel kernel, Random random, int times)
    {
        var (done, steps) = (new List<string>(), 0);
        for (; times > 0; times--)
        {
            var set = Pick(kernel.Sets.Sets, random)!;
            var server = Pick(kernel.Servers.Servers, random);
            var entry = Pick(set.Entries, random);
            var real = server is null ? null : Pick(server.RealServers, random);
            var foreign = NetAddress.Parse(set.Family == IPFamily.IPv6 ? "2001:db8:99::1" : "192.0.2.99");
            (IpvsStep? Step, int Cost) damage = random.Next(10) switch
            {
                0 when entry is not null => (new IpvsStep.RemoveEntry(set, entry), 1),
                1 when entry is { Comment: not null } => (new IpvsStep.AddEntry(set, entry with { Comment = "mine" }), 1),
                2 when set.Type == IpSetType.HashIPPort => (new IpvsStep.AddEntry(set, new IpSetEntry([new IpSetValue.Network(Prefix.Host(foreign)), new IpSetValue.Port(L4Protocol.Tcp, 80)])), 1),
                3 when server is not null => (new IpvsStep.RemoveServer(server.Key), 1 + server.RealServers.Count),
                4 when server is not null => (new IpvsStep.EditServer(server with { Scheduler = "sh" }), 1),
                5 when real is not null => (new IpvsStep.RemoveReal(server!.Key, real), 1),
                6 when real is not null => (new IpvsStep.EditReal(server!.Key, real with { Weight = 77 }), 1),
                7 when server is { RealServers.Count: > 0 } && server.RealServers.All(r => r.Port != 9) => (new IpvsStep.AddReal(server.Key, server.RealServers[0] with { Port = 9 }), 1),
                8 when Pick(kernel.Addresses, random) is { } address && address != default => (new IpvsStep.RemoveAddress(address), 1),
                9 when entry is not null => (new IpvsStep.ReplaceSet(set with { MaxEntries = set.MaxEntries is null ? null : 7, HasCounters = true, Entries = [] }), 1),
                _ => (null, 0),
            };
            if (damage.Step is { } step)
            {
                kernel.Apply(step);
                done.Add(step.ToString());
                steps += damage.Cost;
            }
        }

        return (done, steps);
    }

    private static T? Pick<T>(EquatableArray<T> items, Random random) => items.Count == 0 ? default : items[random.Next(items.Count)];
#pragma warning restore CA5394
}
