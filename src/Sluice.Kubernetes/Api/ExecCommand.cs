namespace Sluice.Kubernetes.Api;

/// <summary>A program to run for what it prints.</summary>
/// <param name="Command">Its file, or its name on the search path.</param>
/// <param name="Arguments">What it is called with.</param>
/// <param name="Environment">What is added to its environment; later entries win.</param>
public sealed record ExecCommand(string Command, IReadOnlyList<string> Arguments, IReadOnlyList<KeyValuePair<string, string>> Environment);
