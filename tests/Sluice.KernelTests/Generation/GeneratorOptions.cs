using Sluice.Net;

namespace Sluice.KernelTests.Generation;

/// <summary>What generated rules are for.</summary>
public enum GenerationProfile
{
    /// <summary>Everything that can be written: every module and option.</summary>
    Syntax,

    /// <summary>Only what one packet can decide, drawn from a small pool so that rules really match.</summary>
    Behaviour,
}

/// <summary>What to generate.</summary>
public sealed record GeneratorOptions
{
    public required GenerationProfile Profile { get; init; }

    public IPFamily Family { get; init; }

    /// <summary>Behaviour only: whether rules may draw at random (<c>statistic --mode random</c>).</summary>
    public bool WithRandom { get; init; }

    /// <summary>Behaviour only: whether rules may count packets or keep lists (<c>statistic --mode nth</c>, <c>recent</c>, <c>limit</c>).</summary>
    public bool WithState { get; init; }

    /// <summary>Behaviour only: whether rules may ask ipsets, which <see cref="GeneratedCase.Sets"/> then has.</summary>
    public bool WithSets { get; init; }

    /// <summary>How many packets go with a ruleset.</summary>
    public int PacketCount { get; init; } = 20;

    /// <summary>The most user-defined chains per table.</summary>
    public int MaxChains { get; init; } = 5;

    /// <summary>The most rules per chain.</summary>
    public int MaxRules { get; init; } = 6;
}
