namespace Sluice.Linux;

/// <summary>A kernel setting, or why there is none.</summary>
/// <param name="Value">The setting; null when it could not be read or written.</param>
/// <param name="Problem">Why not, in one line; null when it could.</param>
public sealed record SysctlResult(string? Value, string? Problem);
