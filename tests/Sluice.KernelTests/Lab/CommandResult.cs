namespace Sluice.KernelTests.Lab;

/// <summary>What a program printed, and how it ended.</summary>
public sealed record CommandResult(int ExitCode, string Output, string Error);
