namespace Sluice.KernelTests.Lab;

public enum TraceKind
{
    /// <summary>A rule whose matches all held, RETURN rules included.</summary>
    Rule,

    /// <summary>A user-defined chain came to its end.</summary>
    End,

    /// <summary>A built-in chain's policy.</summary>
    Policy,
}
