namespace Sluice.Kubernetes.Configuration;

/// <summary>The verbosity of some source files.</summary>
/// <param name="FilePattern">Which.</param>
/// <param name="Verbosity">How much they tell.</param>
public readonly record struct ModuleVerbosity(string FilePattern, int Verbosity);
