namespace Sluice.Kubernetes.Json;

/// <summary>A text breaks the rules of JSON or YAML; never leaves this project.</summary>
internal sealed class SyntaxException(int line, string message) : Exception(message)
{
    /// <summary>The line, from 1.</summary>
    public int Line { get; } = line;
}
