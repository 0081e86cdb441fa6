using Sluice.Net;
using Sluice.Netfilter.Ipvs;
using Sluice.Netfilter.Tracing;
using Xunit;

namespace Sluice.KernelTests.Uml.Inside;

/// <summary>
/// The tracer against IPVS: random virtual servers and rules, real connections; who answers, and whom he saw. SLUICE_SEED sets the first
/// seed.
/// </summary>
public sealed class TracedBalancingTests(ITestOutputHelper output)
{
    private const int Cases = 4;
    private const string TimedOut = "timed out";
    private const string Refused = "refused";

    // Weights go to 3 and there are 5 real servers: every sum divides this.
    private const int Most = 15;

    // An ICMPv6 error that comes while connect() still holds the socket counts at the first retransmission only, after a second.
    private static readonly Dictionary<IPFamily, TimeSpan> s_patience = new() { [IPFamily.IPv4] = TimeSpan.FromSeconds(0.7), [IPFamily.IPv6] = TimeSpan.FromSeconds(2) };

    // The next that no flow of UDP has had.
    private int _sourcePort = 20_000;

    [UmlTheory]
    [InlineData(IPFamily.IPv4)]
    [InlineData(IPFamily.IPv6)]
    public async Task Connections_end_where_the_tracer_says_and_in_its_shares(IPFamily family)
    {
        var first = int.TryParse(Environment.GetEnvironmentVariable("SLUICE_SEED"), out var seed) ? seed : 1;
        using var lab = new BalancingLab(family);
        var (flows, connections, kinds) = (0, 0, new Dictionary<string, int>(StringComparer.Ordinal));
        for (seed = first; seed < first + Cases; seed++)
        {
            var made = BalancingCase.Of(seed, family, [.. lab.Pods.Select(p => p.Address(family))], lab.Node.Address(family));
            var tracer = new Tracer(lab.Load(made)) { KeepsEveryPath = true };
            Assert.Equal(made.Table.Servers.Count, tracer.Node.Ipvs?.Servers.Count);
            foreach (var server in made.Table.Servers.ToList())
            {
                foreach (var machine in (LabMachine[])[lab.Client, lab.Pods[0], lab.Node])
                {
                    var key = (VirtualServerKey.Address)server.Key;
                    var expected = Expected(tracer, lab, PacketOf(key, machine, lab, family), out var isExact);
                    var count = expected.Keys.All(k => k is TimedOut) ? 1 : isExact ? Rounds(expected.Values) : 4;
                    var flow = FlowTo(key, count);
                    var seen = (await machine.ConnectAsync(flow, count, parallel: 1)).CountBy(Name).ToDictionary(StringComparer.Ordinal);

                    var isRight = isExact
                        ? seen.Count == expected.Count && seen.All(s => expected.TryGetValue(s.Key, out var share) && share == Probability.Of(s.Value, count))
                        : seen.Keys.All(expected.ContainsKey) && (server.PersistenceSeconds is null && server.Scheduler is "lc" || seen.Count == 1);
                    Assert.True(isRight, $"seed {seed}, {family}, {machine.Name} to {server.Key} ({server.Scheduler}), {count} connections: {Show(seen)}\nbut the tracer says {Show(expected)}\n{string.Join('\n', server.RealServers.Select(r => $"{r} weight {r.Weight}"))}\n{made.Rules}");
                    flows++;
                    connections += count;
                    foreach (var kind in seen.Keys)
                    {
                        kinds[kind is TimedOut or Refused ? kind : "delivered"] = kinds.GetValueOrDefault(kind is TimedOut or Refused ? kind : "delivered") + 1;
                    }
                }
            }
        }

        output.WriteLine($"{family}: {flows} flows, {connections} connections over {Cases} cases from seed {first}; {Show(kinds)}");
        Assert.True(kinds.GetValueOrDefault("delivered") > Cases && kinds.Count > 1, Show(kinds));
    }

    // What the client sees, with its share: the answer must find its way back as well.
    private static Dictionary<string, Probability> Expected(Tracer tracer, BalancingLab lab, Packet packet, out bool isExact)
    {
        var outcomes = tracer.Trace(packet).Outcomes;
        isExact = outcomes.All(o => o.Conditions.Count == 0);
        var expected = new Dictionary<string, Probability>(StringComparer.Ordinal);
        foreach (var (outcome, reply) in outcomes.Zip(tracer.TraceReply(packet).Outcomes))
        {
            var isAnswered = reply.IsDelivered && reply.Source == packet.Destination && reply.SourcePort == packet.DestinationPort && reply.Destination == packet.Source;
            var name = outcome.Disposition == Disposition.Rejected ? Refused
                : outcome.IsDelivered && isAnswered ? $"{lab.NameOf(outcome.Destination)} saw {outcome.Source}"
                : TimedOut;
            expected[name] = isExact ? expected.GetValueOrDefault(name) + outcome.Probability : Probability.One;
        }

        return expected;
    }

    // A program of the node gets the virtual address as its source, since that is the node's own.
    private static Packet PacketOf(VirtualServerKey.Address key, LabMachine machine, BalancingLab lab, IPFamily family) =>
        new(key.Protocol, machine == lab.Node ? key.IP : machine.Address(family), key.IP)
        {
            SourcePort = 40000,
            DestinationPort = key.Port,
            Entry = machine == lab.Node ? PacketEntry.Local : PacketEntry.Network,
            TcpFlags = key.Protocol == L4Protocol.Tcp ? TcpFlags.Syn : null,
        };

    // A port that comes twice is the same flow to UDP, and goes where it went before: the kernel must not choose it.
    private LabFlow FlowTo(VirtualServerKey.Address key, int count)
    {
        var flow = new LabFlow(key.Protocol, key.IP, key.Port) { Patience = s_patience[key.IP.Family] };
        if (key.Protocol != L4Protocol.Udp)
        {
            return flow;
        }

        _sourcePort += count;
        return flow with { Source = NetAddress.Parse(key.IP.Family == IPFamily.IPv4 ? "0.0.0.0" : "::"), SourcePort = _sourcePort - count };
    }

    // So many connections that each way is taken a whole number of times, twice.
    private static int Rounds(IEnumerable<Probability> shares)
    {
        var rounds = shares.Aggregate(System.Numerics.BigInteger.One, (least, p) => least * p.Denominator / System.Numerics.BigInteger.GreatestCommonDivisor(least, p.Denominator));
        return rounds <= Most ? 2 * (int)rounds : throw new InvalidOperationException($"{rounds} connections for one round");
    }

    private static string Name(ConnectionResult result) => result switch
    {
        ConnectionResult.Delivered delivered => $"{delivered.Server} saw {delivered.Source}",
        ConnectionResult.Refused => Refused,
        _ => TimedOut,
    };

    private static string Show<T>(IReadOnlyDictionary<string, T> counts) => string.Join(", ", counts.OrderBy(c => c.Key, StringComparer.Ordinal).Select(c => $"{c.Key} {c.Value}"));
}
