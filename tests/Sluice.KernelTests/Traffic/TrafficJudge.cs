using Sluice.Kubernetes.Intent;

namespace Sluice.KernelTests.Traffic;

/// <summary>Compares what servers saw with what <see cref="ServiceIntent.Route"/> says.</summary>
internal sealed class TrafficJudge(LabCluster lab)
{
    /// <summary>What is different, in a line; null for nothing.</summary>
    /// <param name="flow">What was asked.</param>
    /// <param name="answer">What should be; null for a packet that leaves the node as any other.</param>
    /// <param name="results">What was.</param>
    public string? Difference(TrafficFlow flow, RouteAnswer? answer, IReadOnlyList<ConnectionResult> results) =>
        results.FirstOrDefault(r => !IsRight(flow, answer, r)) is { } wrong ? $"{flow}\n    meant:  {Text(answer)}\n    kernel: {wrong}" : null;

    /// <summary>Whether a connection may end without an answer.</summary>
    public bool MayTimeOut(TrafficFlow flow, RouteAnswer? answer) => answer switch
    {
        RouteAnswer.Forwarded forwarded => forwarded.Choices.Any(c => LosesAnswer(flow, c)),
        RouteAnswer.Dropped or null => true,

        // The node's own port, which nothing listens on: refused, but for SCTP where the kernel has none.
        RouteAnswer.NotAService => true,
        _ => false,
    };

    private bool IsRight(TrafficFlow flow, RouteAnswer? answer, ConnectionResult result) => (answer, result) switch
    {
        (RouteAnswer.Forwarded forwarded, ConnectionResult.Delivered seen) => forwarded.Choices.Any(c => IsRight(flow, c, seen)),
        (RouteAnswer.Refused, ConnectionResult.Refused refused) => refused.Reason == "ConnectionRefused",
        (RouteAnswer.NotAService, ConnectionResult.Refused) => flow.Kind == "node port",
        (_, ConnectionResult.TimedOut) => MayTimeOut(flow, answer),
        _ => false,
    };

    private bool IsRight(TrafficFlow flow, RouteChoice choice, ConnectionResult.Delivered seen)
    {
        var server = lab.Nodes.SelectMany(n => n.Pods.Append(n.Machine)).First(m => m.Addresses.Contains(choice.Endpoint.Address));
        return seen.Server == server.Name && !LosesAnswer(flow, choice) && (IsMasqueraded(flow, choice)
            ? lab.Node.AllAddresses.Contains(seen.Source)
            : seen.Source == flow.Source);
    }

    private bool IsMasqueraded(TrafficFlow flow, RouteChoice choice) => choice.Masquerade || FlannelMasquerades(flow, choice.Endpoint);

    // Two machines beside the node talk to each other directly: the answer does not come back through the node that translated.
    private bool LosesAnswer(TrafficFlow flow, RouteChoice choice) =>
        !IsMasqueraded(flow, choice)
        && (flow.Client == lab.Client || flow.Client == lab.Nodes[1].Machine)
        && lab.Nodes[1].Machine.Addresses.Contains(choice.Endpoint.Address);

    // What leaves the cluster's network, and what enters another node's part of it. Rules after routing do not see what others send
    // to the node itself.
    private bool FlannelMasquerades(TrafficFlow flow, Endpoint endpoint)
    {
        if (lab.Node.AllAddresses.Contains(endpoint.Address) && flow.Client != lab.Node.Machine)
        {
            return false;
        }

        var isFromPod = LabAddresses.ClusterCidrs.Any(c => c.Contains(flow.Source));
        var isToPod = LabAddresses.ClusterCidrs.Any(c => c.Contains(endpoint.Address));
        var isToOwnPod = LabAddresses.PodCidrs(lab.Node.Number).Any(c => c.Contains(endpoint.Address));
        return isFromPod ? !isToPod : isToPod && !isToOwnPod;
    }

    private static string Text(RouteAnswer? answer) => answer switch
    {
        RouteAnswer.Forwarded forwarded => string.Join(" or ", forwarded.Choices.Select(c => c.Endpoint + (c.Masquerade ? " masqueraded" : " as it is"))),
        null => "leaves the node unchanged",
        _ => answer.ToString(),
    };
}
