using Sluice.Netfilter.Rules;

namespace Sluice.Dataplane.Services;

/// <summary>A rule by its place, so that a person finds it in the dump.</summary>
/// <param name="Table">The table's name.</param>
/// <param name="Chain">The chain's name.</param>
/// <param name="Number">The rule's number in its chain, from 1.</param>
/// <param name="Rule">The rule.</param>
public sealed record RuleReference(string Table, string Chain, int Number, Rule Rule)
{
    /// <summary>The line of the dump; 0 for a rule that was not read.</summary>
    public int Line => Rule.Source.Line;

    internal static RuleReference Of(Table table, Chain chain, int index) => new(table.Name, chain.Name, index + 1, chain.Rules[index]);

    /// <summary><c>rule 3 of KUBE-SERVICES (nat)</c>.</summary>
    public override string ToString() => $"rule {Number} of {Chain} ({Table})";
}
