using Sluice.Kubernetes.Manifests;

namespace Sluice.Kubernetes.Configuration;

/// <summary>A configuration that was read from a file.</summary>
/// <param name="Source">The file.</param>
/// <param name="Configuration">What it says.</param>
/// <param name="Lines">The lines of the fields that it has, by name.</param>
public sealed record ConfigurationFile(string Source, ProxyConfiguration Configuration, IReadOnlyDictionary<string, int> Lines)
{
    /// <summary>A problem with its place: the line of the field, or the file where it does not have the field.</summary>
    public ManifestProblem Locate(ConfigurationProblem problem) =>
        new(Source, Lines.GetValueOrDefault(problem.Field), $"{problem.Field}: {problem.Message}");
}
