using Sluice.Linux.Iptables;

namespace Sluice.Daemon;

/// <summary>
/// Counts the tables that this process wrote, in both families: nf_tables raises one number for all tables of a network namespace,
/// and without its own part of it each family would take the other's writes for somebody else's. Safe from any thread.
/// </summary>
internal sealed class OwnWrites
{
    private readonly Lock _gate = new();
    private ulong _tables;
    private int _running;

    /// <summary>A restore begins.</summary>
    public void Begin()
    {
        lock (_gate)
        {
            _running++;
        }
    }

    /// <summary>A restore has ended.</summary>
    /// <param name="tables">How many tables it wrote; 0 when it failed: what it wrote then counts as somebody else's, which only costs a comparison.</param>
    public void End(int tables)
    {
        lock (_gate)
        {
            _running--;
            _tables += (ulong)tables;
        }
    }

    /// <summary>
    /// What others have written, as a stamp that own writes leave alone; null when the kernel does not say, or a restore was under
    /// way meanwhile, so that nobody can tell.
    /// </summary>
    /// <param name="read">Reads the kernel's stamp.</param>
    public RulesStamp? OfOthers(Func<RulesStamp?> read)
    {
        if (Settled() is not { } own || read() is not { } stamp || Settled() != own)
        {
            return null;
        }

        return stamp.Without(own);
    }

    private ulong? Settled()
    {
        lock (_gate)
        {
            return _running == 0 ? _tables : null;
        }
    }
}
