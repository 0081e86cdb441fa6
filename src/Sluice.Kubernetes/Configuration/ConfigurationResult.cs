using Sluice.Kubernetes.Manifests;

namespace Sluice.Kubernetes.Configuration;

/// <summary>What came of reading a configuration.</summary>
public abstract record ConfigurationResult
{
    private ConfigurationResult()
    {
    }

    /// <summary>It makes sense.</summary>
    /// <param name="File">What was read.</param>
    public sealed record Read(ConfigurationFile File) : ConfigurationResult;

    /// <summary>It does not.</summary>
    /// <param name="Problem">The first thing that is wrong, with its line.</param>
    public sealed record Refused(ManifestProblem Problem) : ConfigurationResult;
}
