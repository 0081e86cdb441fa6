using System.Diagnostics;
using System.Globalization;
using Sluice.Net;
using Sluice.Netfilter;
using Sluice.Netfilter.Text;
using Sluice.Netfilter.Tracing;

namespace Sluice.Benchmarks;

/// <summary>The <c>trace</c> verb: how long one answer takes once a dump is loaded.</summary>
internal static class TraceCommand
{
    private const int Rounds = 200;

    public static int Run(ReadOnlySpan<string> options)
    {
        if (options is not ["--file", var file, "--to", var to])
        {
            return Usage();
        }

        int colon = Math.Max(0, to.LastIndexOf(':'));
        if (!NetAddress.TryParse(to[..colon], out var destination) ||
            !ushort.TryParse(to.AsSpan(Math.Min(colon + 1, to.Length)), NumberStyles.None, CultureInfo.InvariantCulture, out ushort port))
        {
            return Usage();
        }

        var tracer = new Tracer(SnapshotReader.Read([new SourceText(file, File.ReadAllBytes(file))]).Snapshot);
        var packet = new Packet(L4Protocol.Tcp, NetAddress.Parse("10.0.0.5"), destination) { SourcePort = 40000, DestinationPort = port };
        double[] times = new double[Rounds];
        Netfilter.Tracing.Trace? trace = null;
        for (int i = 0; i < Rounds; i++)
        {
            long start = Stopwatch.GetTimestamp();
            trace = tracer.Trace(packet);
            times[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }

        double first = times[0];
        Array.Sort(times);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{trace!.Outcomes.Count} outcomes, {trace.RulesEvaluated} rules compared: first {first:F1} ms (it compiles, and indexes the chains), median of {Rounds} {times[Rounds / 2]:F3} ms, worst but the first {times[^2]:F3} ms"));
        return 0;
    }

    public static int Usage()
    {
        Console.Error.WriteLine("""
            usage: trace --file FILE --to ADDRESS:PORT
              --file    the dump to read
              --to      where a packet from 10.0.0.5 goes
            """);
        return 2;
    }
}
