namespace Sluice.Daemon;

/// <summary>
/// Gives memory back to the system. The process is configured for commands that end soon: its collector lets garbage pile up, which a
/// daemon would keep for as long as it is idle. That cannot be changed at run time, but a collection can be asked for.
/// </summary>
internal static class HeapTrim
{
    // Far less than the collector lets pile up by itself, far more than a change leaves behind.
    private const long Room = 32L << 20;

    private static long s_allocated;

    /// <summary>Collects and compacts everything; to be called after what left much garbage, as it stops all threads.</summary>
    public static void Run() => GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);

    /// <summary>
    /// Collects what is young when much was allocated since the last time; to be called after each change, by one thread. It takes as long as what is
    /// kept of that is large: a millisecond or two.
    /// </summary>
    public static void RunWhenDue()
    {
        var allocated = GC.GetTotalAllocatedBytes();
        if (allocated - s_allocated > Room)
        {
            s_allocated = allocated;
            GC.Collect(0, GCCollectionMode.Forced, blocking: true);
        }
    }
}
