using Sluice.Net;
using Sluice.Netfilter.Text;

namespace Sluice.Netfilter.Rules;

/// <summary>A rule: its parts from left to right. Two rules are equal when their parts are, wherever they were read.</summary>
/// <param name="Parts">Matches and statements in the order of evaluation.</param>
public sealed record Rule(EquatableArray<RulePart> Parts)
{
    /// <summary>Where the rule was read; <see cref="SourceSpan.None"/> for a planned rule.</summary>
    public SourceSpan Source { get; init; }

    /// <summary>Packets and bytes counted when the dump was made; null when it showed none.</summary>
    public RuleCounters? Counters { get; init; }

    /// <summary>The rule's last statement when it decides the path; null for a rule that only counts or changes the packet.</summary>
    public Verdict? Verdict => Parts.Count > 0 ? Parts[^1] as Verdict : null;

    /// <summary>The text of the rule's first comment; null without one.</summary>
    public string? Comment => Find<Matches.CommentMatch>()?.Text;

    /// <summary>The first part of the given type; null when there is none.</summary>
    public T? Find<T>()
        where T : RulePart
    {
        foreach (var part in Parts.Span)
        {
            if (part is T found)
            {
                return found;
            }
        }

        return null;
    }

    /// <summary>Equal parts.</summary>
    public bool Equals(Rule? other) => other is not null && Parts.Equals(other.Parts);

    /// <inheritdoc/>
    public override int GetHashCode() => Parts.GetHashCode();
}

/// <summary>What a rule or policy has counted.</summary>
/// <param name="Packets">Packets.</param>
/// <param name="Bytes">Bytes; listings without <c>-x</c> round them.</param>
public sealed record RuleCounters(ulong Packets, ulong Bytes);
