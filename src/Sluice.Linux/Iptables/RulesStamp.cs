namespace Sluice.Linux.Iptables;

/// <summary>What tells one state of the kernel's rules from another: equal stamps mean that nobody changed a rule between them.</summary>
/// <param name="Value">A number that means nothing by itself.</param>
/// <param name="CountsWrites">Whether the kernel raises the number by one with every table written, as nf_tables does.</param>
public readonly record struct RulesStamp(ulong Value, bool CountsWrites)
{
    /// <summary>
    /// The stamp after a restore that wrote <paramref name="tables"/> tables, when nobody else wrote meanwhile; null where that
    /// cannot be foretold (legacy tables): then only a comparison shows that the rules are right.
    /// </summary>
    public RulesStamp? After(int tables) => CountsWrites ? this with { Value = (uint)(Value + (uint)tables) } : null;
}
