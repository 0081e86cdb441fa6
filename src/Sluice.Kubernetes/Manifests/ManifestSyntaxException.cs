namespace Sluice.Kubernetes.Manifests;

/// <summary>A text breaks the rules of JSON or YAML; never leaves this namespace.</summary>
internal sealed class ManifestSyntaxException(int line, string message) : Exception(message)
{
    /// <summary>The line, from 1.</summary>
    public int Line { get; } = line;
}
