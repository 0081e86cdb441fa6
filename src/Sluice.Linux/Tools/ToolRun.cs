namespace Sluice.Linux.Tools;

/// <summary>What running a tool gave.</summary>
/// <param name="Succeeded">Whether it ended with 0.</param>
/// <param name="Output">What it printed.</param>
/// <param name="Error">The first line of what it complained of.</param>
public sealed record ToolRun(bool Succeeded, byte[] Output, string Error);
