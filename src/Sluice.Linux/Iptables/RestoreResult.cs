using Sluice.Netfilter.Iptables;

namespace Sluice.Linux.Iptables;

/// <summary>How a restore ended.</summary>
public abstract record RestoreResult
{
    private RestoreResult()
    {
    }

    /// <summary>All tables of the batch are in the kernel.</summary>
    public sealed record Ok : RestoreResult;

    /// <summary>Not all are. Each table is written at one moment, in the batch's order: those before the failure stay.</summary>
    /// <param name="Kind">What to do about it.</param>
    /// <param name="Message">One line: the tool, the table, the chain, the reason and the rule, as far as the tool tells.</param>
    /// <param name="At">The line at fault; null when the tool does not tell.</param>
    public sealed record Failed(RestoreFailureKind Kind, string Message, RestoreLine? At) : RestoreResult;
}
