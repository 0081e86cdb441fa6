namespace Sluice.Linux.Iptables;

/// <summary>What tells one state of the kernel's rules from another: equal stamps mean that nobody changed a rule between them.</summary>
/// <param name="Value">A number that means nothing by itself.</param>
/// <param name="CountsWrites">Whether the kernel raises the number by one with every table written, as nf_tables does.</param>
public readonly record struct RulesStamp(ulong Value, bool CountsWrites)
{
    /// <summary>
    /// The stamp as if a number of table writes had not been, where the kernel counts them; else the same: the stamp of legacy
    /// tables cannot be foretold, and only a comparison shows that the rules are right.
    /// </summary>
    public RulesStamp Without(ulong tables) => CountsWrites ? this with { Value = (uint)(Value - tables) } : this;
}
