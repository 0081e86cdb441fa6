using Sluice.Netfilter;

namespace Sluice.Tests.Fuzzing;

/// <summary>Where a run of the fuzzer stands, and what it has seen.</summary>
internal sealed class FuzzRun
{
    private volatile int _seed;

    public int Seed
    {
        get => _seed;
        set => _seed = value;
    }

    public long Rules { get; private set; }

    public long Notes { get; private set; }

    /// <summary>How many inputs do not read back as what was written of them.</summary>
    public int OddCount { get; private set; }

    /// <summary>The first of these.</summary>
    public List<string> Odd { get; } = [];

    public int Problems { get; private set; }

    public TimeSpan Slowest { get; private set; }

    public int SlowestSeed { get; private set; }

    public void AddOdd(string difference)
    {
        OddCount++;
        if (Odd.Count < 10)
        {
            Odd.Add($"seed {Seed}: {difference}");
        }
    }

    public void Add(SnapshotReadResult read, TimeSpan time)
    {
        Rules += read.Snapshot.Ruleset.Tables.Sum(t => t.Chains.Sum(c => c.Rules.Count));
        Notes += read.Notes.Count;
        Problems += read.Problems.Count;
        if (time > Slowest)
        {
            (Slowest, SlowestSeed) = (time, Seed);
        }
    }
}
