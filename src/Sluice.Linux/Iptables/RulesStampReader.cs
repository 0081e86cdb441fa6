using Sluice.Netfilter.Rules;

namespace Sluice.Linux.Iptables;

/// <summary>
/// Asks the kernel cheaply whether rules changed, so that an audit need not read them. It holds a socket of the network
/// namespace it was opened in, and may be used by one thread at a time.
/// </summary>
/// <remarks>
/// nf_tables counts every committed change in the namespace, of any family and any program: nothing is missed, and a change of somebody
/// else's table costs an audit for nothing. Legacy tables have no such number: theirs is a hash of the rules themselves without
/// their packet counts, which costs much less than to print and compare them. State that is not in a rule is in neither: ipsets, elements that time out.
/// </remarks>
public abstract class RulesStampReader : IDisposable
{
    /// <summary>Opens the one for the tables the programs write; null when the kernel does not let this process ask.</summary>
    public static RulesStampReader? Open(IptablesPrograms programs) =>
        programs.Backend == TableBackend.Nft ? NftGeneration.TryOpen() : LegacyTableHash.TryOpen(programs.Family);

    /// <summary>The stamp of the tables as they are; null when the kernel does not answer.</summary>
    /// <param name="tables">The tables that matter; nf_tables always tells of all.</param>
    public abstract RulesStamp? Read(IReadOnlyList<string> tables);

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Closes the socket.</summary>
    protected abstract void Dispose(bool disposing);
}
