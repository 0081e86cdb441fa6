namespace Sluice.Netfilter.Tracing;

/// <summary>What is known about a match's answer.</summary>
public enum MatchAnswer
{
    /// <summary>It does not hold.</summary>
    No,

    /// <summary>It holds.</summary>
    Yes,

    /// <summary>It holds with a known probability, drawn anew each time.</summary>
    Random,

    /// <summary>It depends on state that the snapshot or the question does not hold.</summary>
    Depends,

    /// <summary>The match is not known to this program.</summary>
    Unknown,

    /// <summary>It asks something that the snapshot lacks though it holds others of its kind: the kernel would not have taken the rule.</summary>
    Missing,
}

/// <summary>A match's answer for one packet at one place.</summary>
/// <param name="Answer">What is known.</param>
/// <param name="Probability">For <see cref="MatchAnswer.Random"/>: how likely it holds.</param>
/// <param name="Condition">
/// For <see cref="MatchAnswer.Depends"/> and <see cref="MatchAnswer.Unknown"/>: under which circumstance it holds, as a clause. For
/// <see cref="MatchAnswer.Missing"/>: what is missing, as a sentence.
/// </param>
/// <param name="IsStable">Whether a circumstance that held once on a packet's way holds each time it is asked for again.</param>
public readonly record struct MatchResult(MatchAnswer Answer, Probability Probability, string? Condition, bool IsStable)
{
    /// <summary>It does not hold.</summary>
    public static readonly MatchResult No = new(MatchAnswer.No, default, null, IsStable: true);

    /// <summary>It holds.</summary>
    public static readonly MatchResult Yes = new(MatchAnswer.Yes, default, null, IsStable: true);

    /// <summary>For <see cref="MatchAnswer.Depends"/>: the match holds when the condition does not.</summary>
    public bool IsNegated { get; init; }

    /// <summary>What the answer takes for granted, as a clause; null for nothing.</summary>
    public string? Assumption { get; init; }

    /// <summary>The comment of the ipset entry that was found; null without one.</summary>
    public string? EntryComment { get; init; }

    /// <summary>Yes or no.</summary>
    public static MatchResult Of(bool answer) => answer ? Yes : No;

    /// <summary>It holds with this probability.</summary>
    public static MatchResult Random(Probability probability) => new(MatchAnswer.Random, probability, null, IsStable: false);

    /// <summary>It holds exactly when the condition does (or, negated, when it does not), and that does not change along the packet's way.</summary>
    public static MatchResult Depends(string condition, bool negated = false) =>
        new(MatchAnswer.Depends, default, condition, IsStable: true) { IsNegated = negated };

    /// <summary>It holds exactly when the condition does at this moment, for example while a rate is below its limit.</summary>
    public static MatchResult DependsEachTime(string condition, bool negated = false) =>
        new(MatchAnswer.Depends, default, condition, IsStable: false) { IsNegated = negated };

    /// <summary>The match is not known: it may hold or not.</summary>
    public static MatchResult Unknown(string text) => new(MatchAnswer.Unknown, default, text, IsStable: true);

    /// <summary>What the match asks is missing.</summary>
    public static MatchResult Missing(string what) => new(MatchAnswer.Missing, default, what, IsStable: true);

    /// <summary>The opposite answer.</summary>
    public MatchResult Inverted(bool inverted) => !inverted
        ? this
        : Answer switch
        {
            MatchAnswer.No => Yes with { Assumption = Assumption },
            MatchAnswer.Yes => No with { Assumption = Assumption },
            MatchAnswer.Missing => this,
            MatchAnswer.Random => this with { Probability = Probability.Complement },
            _ => this with { IsNegated = !IsNegated },
        };
}
