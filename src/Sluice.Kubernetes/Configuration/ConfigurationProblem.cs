namespace Sluice.Kubernetes.Configuration;

/// <summary>Values that do not go together.</summary>
/// <param name="Field">The field at fault.</param>
/// <param name="Message">What was expected, and what was found.</param>
public sealed record ConfigurationProblem(string Field, string Message);
