namespace Sluice.KernelTests.Lab;

/// <summary>Where the lab's own chains saw a packet: before all rules of a hook, or after all of them.</summary>
public enum LabStage
{
    /// <summary>Entered PREROUTING, before raw.</summary>
    Prerouting,

    /// <summary>Routed to this node: entered INPUT, before mangle.</summary>
    Input,

    /// <summary>Routed onwards: entered FORWARD, before mangle.</summary>
    Forward,

    /// <summary>Entered OUTPUT, before raw.</summary>
    Output,

    /// <summary>Passed all of INPUT: a socket may have it.</summary>
    Accepted,

    /// <summary>Passed all of POSTROUTING: on its way out, addresses final.</summary>
    Left,
}
