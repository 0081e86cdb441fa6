using Sluice.Net;
using Sluice.Netfilter.Rules;

namespace Sluice.Netfilter.Iptables;

/// <summary>A call of iptables in a terminal copy or a script: <c>$ sudo iptables -t nat -nL</c>, <c>iptables -t nat -A OUTPUT ...</c>.</summary>
/// <param name="Family">IPv4 or IPv6 by the program's name.</param>
/// <param name="Backend">The variant when the program's name says it.</param>
/// <param name="Table">The table of <c>-t</c>; without one null for iptables-save, which prints all, and filter otherwise.</param>
/// <param name="Action">What it does.</param>
/// <param name="IsPrompt">Whether the line is the call itself and not prose that mentions one.</param>
internal sealed record TerminalCommand(IPFamily Family, TableBackend Backend, string? Table, TerminalAction Action, bool IsPrompt)
{
    /// <summary>For <see cref="TerminalAction.Change"/>: the change as a line of iptables-save, table option and program left out.</summary>
    public byte[] Line { get; init; } = [];
}

/// <summary>What a call of iptables does.</summary>
internal enum TerminalAction
{
    /// <summary>Prints rules: iptables-save, -S, -L.</summary>
    Show,

    /// <summary>Adds a chain, a rule or a policy: -N, -A, -I, -P.</summary>
    Change,

    /// <summary>Takes rules away or does what a dump does not need: -D, -F, -X, -Z, -R, -E.</summary>
    Other,
}
