using System.Diagnostics;
using System.Globalization;
using Sluice.Netfilter;
using Sluice.Netfilter.Text;

namespace Sluice.Benchmarks;

/// <summary>The <c>read</c> verb: how fast a dump is read once its bytes are in memory, and what that costs in memory.</summary>
internal static class ReadCommand
{
    public static int Run(ReadOnlySpan<string> options)
    {
        if (FileAndRounds.Read(options, usualRounds: 10) is not var (file, rounds))
        {
            return Usage();
        }

        Measure(new SourceText(file, File.ReadAllBytes(file)), rounds);
        return 0;
    }

    public static int Usage()
    {
        Console.Error.WriteLine("""
            usage: read --file FILE [--rounds N]
              --file    the dump to read
              --rounds  how often, 10 unless told; the first rounds still compile
            """);
        return 2;
    }

    private static void Measure(SourceText source, int rounds)
    {
        double[] speeds = new double[rounds], processorSpeeds = new double[rounds];
        for (int i = 0; i < rounds; i++)
        {
            // Between rounds, not within: what the last round left is not this round's cost.
            GC.Collect();
            long allocated = GC.GetAllocatedBytesForCurrentThread();
            int young = GC.CollectionCount(0), middle = GC.CollectionCount(1), old = GC.CollectionCount(2);
            TimeSpan paused = GC.GetTotalPauseDuration();
            TimeSpan processor = Environment.CpuUsage.TotalTime;
            long start = Stopwatch.GetTimestamp();
            SnapshotReadResult result = SnapshotReader.Read([source]);
            TimeSpan time = Stopwatch.GetElapsedTime(start);
            processor = Environment.CpuUsage.TotalTime - processor;

            // A collection of an older generation counts as one of each younger one too.
            speeds[i] = source.Bytes.Length / time.TotalSeconds / 1e6;
            processorSpeeds[i] = source.Bytes.Length / processor.TotalSeconds / 1e6;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{speeds[i],7:F1} MB/s ({processorSpeeds[i],5:F1} by processor time)  {time.TotalMilliseconds,6:F0} ms, {(GC.GetTotalPauseDuration() - paused).TotalMilliseconds,4:F0} ms of it paused in {GC.CollectionCount(0) - young}/{GC.CollectionCount(1) - middle}/{GC.CollectionCount(2) - old} collections  {(GC.GetAllocatedBytesForCurrentThread() - allocated) / 1e6,6:F0} MB allocated  {Rules(result)} rules, {result.Notes.Count} notes"));
        }

        // On a busy machine only the processor's time says what reading costs.
        Array.Sort(speeds);
        Array.Sort(processorSpeeds);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{speeds[rounds / 2],7:F1} MB/s ({processorSpeeds[rounds / 2],5:F1} by processor time) median, {processorSpeeds[^1]:F1} best; peak memory of the process {Process.GetCurrentProcess().PeakWorkingSet64 / 1e6:F0} MB"));
    }

    private static int Rules(SnapshotReadResult result) => result.Snapshot.Ruleset.Tables.Sum(t => t.Chains.Sum(c => c.Rules.Count));
}
