namespace Sluice.Kubernetes.Configuration;

/// <summary><c>winkernel</c>: of Windows.</summary>
public sealed record WinkernelConfiguration
{
    /// <summary>The network to make endpoints in.</summary>
    public string NetworkName { get; init; } = "";

    /// <summary>The source address of translated connections.</summary>
    public string SourceVip { get; init; } = "";

    /// <summary>Whether answers go past the node.</summary>
    public bool EnableDsr { get; init; }

    /// <summary>The endpoint of the root network namespace.</summary>
    public string RootHnsEndpointName { get; init; } = "";

    /// <summary>Whether health checks are forwarded.</summary>
    public bool ForwardHealthCheckVip { get; init; }
}
