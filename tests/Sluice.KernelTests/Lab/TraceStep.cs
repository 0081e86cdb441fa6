namespace Sluice.KernelTests.Lab;

/// <summary>One line of the kernel's own account of a packet's way through the rules.</summary>
/// <param name="Hook">PREROUTING, INPUT, FORWARD, OUTPUT or POSTROUTING.</param>
/// <param name="Table">iptables table.</param>
/// <param name="Chain">Chain.</param>
/// <param name="Kind">A matched rule, the end of a user-defined chain, or the policy.</param>
/// <param name="RuleNumber">1-based number in the chain; 0 for a policy or the end of a chain.</param>
/// <param name="Verdict">nft variant: accept, drop, continue, return, jump X, goto X; null where the kernel does not say.</param>
/// <param name="Mark">The packet's mark: nft variant after the rule, legacy before it.</param>
public sealed record TraceStep(
    string Hook, string Table, string Chain, TraceKind Kind, int RuleNumber, string? Verdict, uint Mark)
{
    /// <summary>Table, chain and what in it: the same in both variants for the same rules and packet.</summary>
    public string Place => Kind switch
    {
        TraceKind.Policy => $"{Table} {Chain} policy",
        TraceKind.End => $"{Table} {Chain} end",
        _ => $"{Table} {Chain} {RuleNumber}",
    };

    public override string ToString() => $"{Hook}: {Place} {Verdict} 0x{Mark:x}";
}
