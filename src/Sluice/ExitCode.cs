namespace Sluice;

/// <summary>What the process returns.</summary>
internal static class ExitCode
{
    /// <summary>Clean: no findings, no differences, the packet is delivered.</summary>
    public const int Clean = 0;

    /// <summary>Findings, differences, or a packet that is not delivered.</summary>
    public const int Findings = 1;

    /// <summary>Wrong usage, or something did not work.</summary>
    public const int Failure = 2;
}
