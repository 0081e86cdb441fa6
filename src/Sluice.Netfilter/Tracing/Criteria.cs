namespace Sluice.Netfilter.Tracing;

/// <summary>Collects the criteria of one match, all of which must hold.</summary>
internal struct Criteria
{
    private List<(string Clause, bool Inverted)>? _open;
    private bool _failed;

    /// <summary>Adds a criterion whose answer is known.</summary>
    public void Require(bool holds) => _failed |= !holds;

    /// <summary>Adds a criterion whose answer depends on something that is not known.</summary>
    public void Depend(string clause, bool inverted = false) => (_open ??= []).Add((clause, inverted));

    /// <summary>The answer of all together.</summary>
    public readonly MatchResult Result =>
        _failed ? MatchResult.No
        : _open is null ? MatchResult.Yes
        : _open.Count == 1 ? MatchResult.Depends(_open[0].Clause, _open[0].Inverted)
        : MatchResult.Depends(string.Join(" and ", _open.Select(o => o.Inverted ? $"not ({o.Clause})" : o.Clause)));
}
