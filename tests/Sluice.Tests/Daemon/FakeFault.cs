namespace Sluice.Tests.Daemon;

/// <summary>How a restore goes wrong.</summary>
internal enum FakeFault
{
    /// <summary>It works.</summary>
    None,

    /// <summary>Others hold the lock; nothing is written.</summary>
    Locked,

    /// <summary>It is ended before it writes anything.</summary>
    Before,

    /// <summary>It is ended when the first table is written.</summary>
    Half,

    /// <summary>It is ended when all is written, but nobody learns that.</summary>
    After,
}
