namespace Sluice.Kubernetes.Intent;

/// <summary>Why a packet to a Service vanishes.</summary>
public enum DropReason
{
    /// <summary>The policy is Local, and the endpoints are on other nodes.</summary>
    NoLocalEndpoints,

    /// <summary>The sender is outside the Service's source ranges.</summary>
    SourceNotAllowed,
}
