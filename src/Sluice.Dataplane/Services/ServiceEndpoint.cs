using Sluice.Net;
using Sluice.Netfilter.Tracing;

namespace Sluice.Dataplane.Services;

/// <summary>One endpoint of a Service with the share of new connections that it gets.</summary>
/// <param name="Address">Its address; null when the chain that names it is not in the snapshot.</param>
/// <param name="Port">Its port; null like <paramref name="Address"/>, or when the rule keeps the packet's port.</param>
/// <param name="Probability">
/// Exactly how likely a new connection goes there; for clients without affinity. Null where a scheduler of IPVS decides by something else
/// than turns, such as open connections.
/// </param>
/// <param name="Chain">The chain that translates to it; null when the Service's chain does so itself.</param>
public sealed record ServiceEndpoint(NetAddress? Address, int? Port, Probability? Probability, string? Chain)
{
    /// <summary>Whether the snapshot lacks the chain that says where packets go.</summary>
    public bool IsMissing => Address is null && Chain is not null;

    /// <summary>The address with its port, or the name of the missing chain.</summary>
    public override string ToString() => Address is { } address ? address.WithPort(Port) : Chain ?? "?";
}
