namespace Sluice.Dataplane.Diff;

/// <summary>What a dump says of a planned chain.</summary>
internal enum ChainState : byte
{
    /// <summary>Nothing: it is not there.</summary>
    Missing,

    /// <summary>It is there, and no rule of it has come.</summary>
    Empty,

    /// <summary>It has the rules planned, and no others.</summary>
    Right,

    /// <summary>It has other rules.</summary>
    Wrong,
}
