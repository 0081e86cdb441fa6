using Sluice.Linux.Interop;
namespace Sluice.Linux.Lab;

/// <summary>Keeps a thread on one CPU.</summary>
internal static unsafe class CpuPin
{
    private const int Words = 16;

    /// <summary>Keeps the calling thread on the nth of the CPUs it may use.</summary>
    internal static void PinThread(int nth)
    {
        var mask = stackalloc ulong[Words];
        new Span<ulong>(mask, Words).Clear();
        if (Libc.sched_getaffinity(0, Words * sizeof(ulong), mask) < 0)
        {
            throw LabException.FromErrno("sched_getaffinity");
        }

        var allowed = Enumerable.Range(0, Words * 64).Where(i => (mask[i / 64] >> (i % 64) & 1) != 0).ToList();
        var cpu = allowed[nth % allowed.Count];
        new Span<ulong>(mask, Words).Clear();
        mask[cpu / 64] = 1UL << (cpu % 64);
        if (Libc.sched_setaffinity(0, Words * sizeof(ulong), mask) < 0)
        {
            throw LabException.FromErrno("sched_setaffinity");
        }
    }
}
