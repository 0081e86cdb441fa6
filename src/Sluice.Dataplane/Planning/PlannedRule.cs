namespace Sluice.Dataplane.Planning;

/// <summary>A rule that a Service port adds to a chain shared by all Services.</summary>
/// <param name="Table">The table's name.</param>
/// <param name="Chain">The chain's name.</param>
/// <param name="Rule">The rule's options as iptables-restore takes them.</param>
public readonly record struct PlannedRule(string Table, string Chain, string Rule);
