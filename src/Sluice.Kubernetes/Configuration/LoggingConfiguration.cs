using Sluice.Net;

namespace Sluice.Kubernetes.Configuration;

/// <summary><c>logging</c>.</summary>
public sealed record LoggingConfiguration
{
    /// <summary>How lines are written.</summary>
    public LogFormat Format { get; init; }

    /// <summary>How long lines may wait.</summary>
    public TimeSpan FlushFrequency { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>0 for what a person must know, more for how it came to be.</summary>
    public int Verbosity { get; init; }

    /// <summary>Other verbosities for some of kube-proxy's source files.</summary>
    public EquatableArray<ModuleVerbosity> Vmodule { get; init; }

    /// <summary>Of the text format.</summary>
    public LogStreamConfiguration Text { get; init; } = new();

    /// <summary>Of the JSON format.</summary>
    public LogStreamConfiguration Json { get; init; } = new();
}
