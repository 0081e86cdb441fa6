namespace Sluice.Dataplane.Planning;

/// <summary>A rule of a built-in chain that sends packets to a chain of the plan.</summary>
/// <param name="Table">The table's name.</param>
/// <param name="From">The built-in chain.</param>
/// <param name="To">The chain of the plan.</param>
/// <param name="Match">What packets must be, as options; empty for all.</param>
/// <param name="Comment">The comment; empty for none.</param>
public sealed record JumpRule(string Table, string From, string To, string Match, string Comment)
{
    /// <summary>The rule's options.</summary>
    public string Rule { get; } = string.Join(' ', new[]
    {
        Match,
        Comment.Length == 0 ? "" : $"-m comment --comment \"{Comment}\"",
        $"-j {To}",
    }.Where(part => part.Length > 0));
}
