using System.Text;
using Sluice.Net;
using Sluice.Netfilter.Routing;
using Sluice.Netfilter.Text;
using Xunit;

namespace Sluice.KernelTests.Routing;

/// <summary>
/// The kernel's own answers (<c>ip route get</c>) over random routes and rules, against a lookup in what <c>ip</c> lists of them:
/// once with the routes of the local table, once with the addresses that imply them.
/// </summary>
public sealed class RouteLookupTests(ITestOutputHelper output)
{
    private const int PacketsPerNode = 80;

    private static readonly int s_nodes = int.TryParse(Environment.GetEnvironmentVariable("SLUICE_ROUTE_NODES"), out var nodes) ? nodes : 12;

    [Fact]
    public void A_lookup_answers_what_the_kernel_answers()
    {
        var (agreed, refused) = (0, 0);
        var byType = new SortedDictionary<RouteType, int>();
        var differences = new List<string>();
        for (var seed = 1; seed <= s_nodes; seed++)
        {
            using var space = Namespace();
            var random = new RandomRoutes(seed);
            space.Execute("sh", ["-s"], random.Setup());
            var reading = Listing(space);
            Assert.Empty(reading.Notes);
            var packets = Enumerable.Range(0, PacketsPerNode).Select(_ => random.Packet()).ToArray();
            var answers = Ask(space, packets);
            for (var i = 0; i < packets.Length; i++)
            {
                if (KernelAnswer.Read(answers[i]) is not { } answer || IsRefusal(packets[i], reading))
                {
                    refused++;
                    continue;
                }

                byType[answer.Type] = byType.GetValueOrDefault(answer.Type) + 1;
                agreed++;
                differences.AddRange(Compare(reading, packets[i], answer).Select(d => $"seed {seed}: {packets[i]}\n{d}"));
            }
        }

        var types = string.Join(", ", byType.Select(t => $"{t.Value} {t.Key}"));
        output.WriteLine($"{agreed} packets on {s_nodes} random nodes: {types}; {differences.Count} differences; {refused} questions refused by the kernel");
        Assert.True(differences.Count == 0, $"{differences.Count} of {agreed} differ:\n{string.Join('\n', differences.Take(20))}");
        Assert.True(agreed > s_nodes * PacketsPerNode / 2, $"only {agreed} questions were answered");
    }

    private static IEnumerable<string> Compare(RoutingReading reading, RandomPacket packet, KernelAnswer answer)
    {
        var query = new RouteQuery(NetAddress.Parse(packet.Destination))
        {
            Mark = packet.Mark,
            Source = packet.Source is null ? null : NetAddress.Parse(packet.Source),
            InInterface = packet.In,
            OutInterface = packet.Out,
            Interfaces = reading.Interfaces,
        };
        var result = reading.Routing!.Lookup(query);
        if (!answer.Agrees(result, query))
        {
            yield return $"  kernel: {answer}\n  lookup: {Show(result)}";
        }

        // The kernel's own local routes follow from the addresses; those that somebody added do not.
        if (result.Route is not { Table: "local", Destination.IsHost: true } || (result.Type == RouteType.Local && !reading.Interfaces!.HasAddress(query.Destination)))
        {
            yield break;
        }

        var rest = ((IEnumerable<Route>)reading.Routing.Routes).Where(r => r.Table != "local");
        var implied = (reading.Routing with { Routes = [.. rest] }).Lookup(query);
        if (result.Type is RouteType.Local or RouteType.Broadcast && !answer.Agrees(implied with { Alternatives = [] }, query))
        {
            yield return $"  kernel: {answer}\n  without the local table: {Show(implied)}";
        }
    }

    private static string Show(RouteResult result) =>
        $"{result.Type} {string.Join(" or ", result.Hops)}; route '{result.Route}', rule '{result.Rule}', {result.Reason}";

    // A locally made IPv4 packet has a source of the node, or the kernel does not look for routes.
    private static bool IsRefusal(RandomPacket packet, RoutingReading reading) =>
        packet is { Source: { } source, In: null } && NetAddress.Parse(source) is { Family: IPFamily.IPv4 } address && !reading.Interfaces!.HasAddress(address);

    private static RoutingReading Listing(NetworkNamespace space)
    {
        string[] commands = ["-j addr", "-j -4 route show table all", "-j -6 route show table all", "-j -4 rule", "-j -6 rule"];
        var text = string.Join('\n', commands.Select(c => space.Check("ip", c.Split(' ')).Trim()));
        return RoutingReader.Read(SourceText.Of("ip", text));
    }

    private static string[] Ask(NetworkNamespace space, RandomPacket[] packets)
    {
        var script = new StringBuilder();
        foreach (var packet in packets)
        {
            script.AppendLine($"ip -j route get {packet} 2>&1; echo =====");
        }

        return space.Execute("sh", ["-s"], script.ToString()).Output.Split("=====\n").Select(a => a.Trim()).ToArray();
    }

    private static NetworkNamespace Namespace()
    {
        if (!OperatingSystem.IsLinux())
        {
            Assert.Skip("routes are compared with the kernel's on Linux only");
        }

        NetworkNamespace? space = null;
        try
        {
            space = new NetworkNamespace("routes");
            space.Check("ip", ["link", "set", "lo", "up"]);
            return space;
        }
        catch (Exception e) when (e is LabException or System.ComponentModel.Win32Exception)
        {
            space?.Dispose();
            Assert.Skip($"routes are not compared with the kernel's: {e.Message}");
            throw;
        }
    }
}
