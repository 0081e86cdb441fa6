namespace Sluice.Daemon;

/// <summary>
/// Gives memory back to the system. The process is configured for commands that end soon: its collector lets garbage pile up, which a
/// daemon would keep for as long as it is idle. That cannot be changed at run time, but a collection can be asked for.
/// </summary>
internal static class HeapTrim
{
    /// <summary>Collects and compacts everything; to be called after what left much garbage, as it stops all threads.</summary>
    public static void Run() => GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
}
