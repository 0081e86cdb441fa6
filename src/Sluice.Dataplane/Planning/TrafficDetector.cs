using System.Diagnostics;
using Sluice.Kubernetes.Intent;
using Sluice.Net;

namespace Sluice.Dataplane.Planning;

/// <summary>The options of a rule that tell traffic of this node's pods from other traffic.</summary>
/// <param name="IfLocal">Matches what pods of the node send.</param>
/// <param name="IfNotLocal">Matches everything else.</param>
internal sealed record TrafficDetector(string IfLocal, string IfNotLocal)
{
    /// <summary>The options for a detector; null when it cannot tell in this family.</summary>
    public static TrafficDetector? Of(LocalDetector detector, IPFamily family) => detector switch
    {
        LocalDetector.None => null,
        LocalDetector.Cidr cidr => cidr.Of(family) is { } pods ? new($"-s {pods.ToCidrString()}", $"! -s {pods.ToCidrString()}") : null,
        LocalDetector.BridgeInterface bridge => OfInterface(RuleText.CheckedInterface(bridge.Name)),
        LocalDetector.InterfaceNamePrefix prefix => OfInterface(RuleText.CheckedInterface(prefix.Prefix, isPrefix: true)),
        _ => throw new UnreachableException(),
    };

    private static TrafficDetector OfInterface(string name) => new($"-i {name}", $"! -i {name}");
}
