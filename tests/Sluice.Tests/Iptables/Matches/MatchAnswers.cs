using Sluice.Net;
using Sluice.Netfilter;
using Sluice.Netfilter.Routing;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Text;
using Sluice.Netfilter.Tracing;

namespace Sluice.Tests.Iptables.Matches;

/// <summary>Asks the match of a rule, written as in a dump, about a packet; answers in words: yes, no, "if ..." or "unless ...".</summary>
internal static class MatchAnswers
{
    public static readonly Packet Tcp = new(L4Protocol.Tcp, NetAddress.Parse("10.0.0.9"), NetAddress.Parse("10.96.0.1"))
    {
        SourcePort = 40000,
        DestinationPort = 80,
    };

    public static readonly Packet Icmp = new(L4Protocol.Icmp, Tcp.Source, Tcp.Destination) { IcmpType = 8, IcmpCode = 0 };

    public static string Ask(string rule, Packet packet, Action<TracedPacket>? change = null)
    {
        var traced = new TracedPacket(packet, s_node) { State = packet.State };
        traced.Tuple = new ConnectionTuple(packet.Source, packet.SourcePort, packet.Destination, packet.DestinationPort);
        (traced.ReplySource, traced.ReplySourcePort) = (packet.Destination, packet.DestinationPort);
        (traced.ReplyDestination, traced.ReplyDestinationPort) = (packet.Source, packet.SourcePort);
        change?.Invoke(traced);
        var answer = ReadLastMatch(rule).Test(traced);
        return answer.Answer switch
        {
            MatchAnswer.Yes => "yes",
            MatchAnswer.No => "no",
            MatchAnswer.Depends => (answer.IsNegated ? "unless " : "if ") + answer.Condition + (answer.IsStable ? "" : " each time"),
            _ => $"{answer.Answer}: {answer.Condition}",
        };
    }

    // A bridge cni0 with the port veth1, and a plain eth0.
    private static readonly NodeSnapshot s_node = new(Ruleset.Empty)
    {
        Interfaces = new InterfaceTable(
        [
            new NetInterface(1, "lo", IsUp: true, default),
            new NetInterface(2, "eth0", IsUp: true, [new InterfaceAddress(NetAddress.Parse("192.0.2.1"), 24, IsSecondary: false, AddressScope.Global) { Broadcast = NetAddress.Parse("192.0.2.255") }]),
            new NetInterface(3, "cni0", IsUp: true, default),
            new NetInterface(4, "veth1", IsUp: true, default) { Master = "cni0" },
        ]),
    };

    private static Match ReadLastMatch(string rule)
    {
        var text = SourceText.Of("rule", $"*mangle\n:X - [0:0]\n-A X {rule} -j ACCEPT\nCOMMIT\n");
        var read = SnapshotReader.Read([text]).Snapshot.Ruleset.Tables[0].Chains.Single(c => c.Rules.Count == 1).Rules[0];
        return read.Parts.OfType<Match>().Last();
    }
}
