namespace Sluice.Kubernetes.Api;

/// <summary>A program that says who asks (client.authentication.k8s.io ExecConfig).</summary>
/// <param name="ApiVersion">The version it speaks: <c>client.authentication.k8s.io/v1</c> or <c>v1beta1</c>.</param>
/// <param name="Command">Its file, or its name on the search path.</param>
/// <param name="Arguments">What it is called with.</param>
/// <param name="Environment">What is added to its environment.</param>
public sealed record ExecPlugin(
    string ApiVersion, string Command, IReadOnlyList<string> Arguments, IReadOnlyList<KeyValuePair<string, string>> Environment)
{
    /// <summary>What to tell whoever does not have it; empty for nothing.</summary>
    public string InstallHint { get; init; } = "";

    /// <summary>Whether it is told about the cluster.</summary>
    public bool ProvidesClusterInfo { get; init; }

    /// <summary>Whether it must be able to ask a person; a daemon has none.</summary>
    public bool NeedsPerson { get; init; }
}
