using Sluice.Net;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Rules.Matches;
using Sluice.Netfilter.Text;

namespace Sluice.Netfilter.Nftables.Reading;

/// <summary>A rule while it is being read; used again for the next one.</summary>
internal sealed class RuleDraft
{
    private readonly List<RulePart> _parts = [];

    /// <summary>The parts so far, the comment not among them.</summary>
    public IReadOnlyList<RulePart> Parts => _parts;

    public string? Comment { get; set; }

    public RuleCounters? Counters { get; set; }

    public void Add(RulePart part) => _parts.Add(part);

    /// <summary>Takes out what came behind the first so many parts.</summary>
    public void CutTo(int count) => _parts.RemoveRange(count, _parts.Count - count);

    /// <summary>The rule; the draft is empty after it.</summary>
    public Rule Build(SourceSpan source)
    {
        if (Comment is { } comment)
        {
            _parts.Insert(0, new CommentMatch(comment));
        }

        var rule = new Rule(_parts.ToEquatableArray()) { Source = source, Counters = Counters };
        _parts.Clear();
        (Comment, Counters) = (null, null);
        return rule;
    }
}
