using System.Globalization;
using Sluice.Kubernetes.Intent;
using Sluice.Linux.Lab;
using Sluice.Net;

namespace Sluice.Demo;

/// <summary>One line of the demo: who asks whom, what should come of it, and what did.</summary>
/// <param name="From">Who, for people.</param>
/// <param name="To">Whom, for people.</param>
/// <param name="Client">Who.</param>
/// <param name="Flow">Whom.</param>
internal sealed record DemoFlow(string From, string To, LabMachine Client, LabFlow Flow)
{
    /// <summary>What the specification says of it.</summary>
    public RouteAnswer Predict(LabCluster lab, ServiceIntent intent)
    {
        var isLocal = Client == lab.Node.Machine;
        return intent.Route(new Packet(Flow.Protocol, Flow.Source ?? Client.Address(IPFamily.IPv4), Flow.Destination)
        {
            DestinationPort = Flow.Port,
            SourcePort = 40000,
            Entry = isLocal ? PacketEntry.Local : PacketEntry.Network,
        });
    }

    /// <summary>A prediction in a few words.</summary>
    public static string Words(RouteAnswer answer) => answer switch
    {
        RouteAnswer.Forwarded { Choices: var choices } =>
            string.Create(CultureInfo.InvariantCulture, $"1 of {choices.Count}, ")
            + (choices.All(c => c.Masquerade) ? "masqueraded" : choices.Any(c => c.Masquerade) ? "masq. if self" : "source kept"),
        RouteAnswer.Refused => "refused: no endpoints",
        RouteAnswer.Dropped { Reason: DropReason.SourceNotAllowed } => "dropped: not allowed",
        RouteAnswer.Dropped => "dropped: none here",
        _ => "no Service",
    };

    /// <summary>An observation in a few words.</summary>
    public static string Words(ConnectionResult result) => result switch
    {
        ConnectionResult.Delivered seen => $"{seen.Server} saw {seen.Source}",
        ConnectionResult.Refused refused => string.Create(CultureInfo.InvariantCulture, $"refused after {refused.After.TotalMilliseconds:0.0} ms"),
        _ => "no answer",
    };

    /// <summary>Whether what happened is what was predicted.</summary>
    public bool Agrees(LabCluster lab, RouteAnswer answer, ConnectionResult result) => (answer, result) switch
    {
        (RouteAnswer.Forwarded forwarded, ConnectionResult.Delivered seen) => forwarded.Choices.Any(c =>
            lab.Pod(seen.Server).Addresses.Contains(c.Endpoint.Address)
            && (c.Masquerade ? lab.Node.AllAddresses.Contains(seen.Source) : seen.Source == (Flow.Source ?? Client.Address(IPFamily.IPv4)))),
        (RouteAnswer.Refused, ConnectionResult.Refused) => true,
        (RouteAnswer.Dropped, ConnectionResult.TimedOut) => true,
        _ => false,
    };
}
