namespace Sluice.Daemon.Telemetry;

/// <summary>Measures what one family's syncs have the kernel do. Safe from any thread.</summary>
/// <param name="time">The clock.</param>
internal sealed class KernelMeter(TimeProvider time)
{
    private static readonly Dictionary<string, int> s_none = [];

    private readonly Lock _gate = new();
    private Dictionary<string, int>? _rules;
    private TimeSpan _read;
    private TimeSpan _sent;
    private int _chains;
    private int _elements;

    /// <summary>The moment at which something begins, for the two below.</summary>
    public long Begin() => time.GetTimestamp();

    /// <summary>Something was read.</summary>
    public void Read(long begin)
    {
        lock (_gate)
        {
            _read += time.GetElapsedTime(begin);
        }
    }

    /// <summary>Something was sent.</summary>
    public void Sent(long begin)
    {
        lock (_gate)
        {
            _sent += time.GetElapsedTime(begin);
        }
    }

    /// <summary>The kernel took chains.</summary>
    public void CountChains(int count)
    {
        lock (_gate)
        {
            _chains += count;
        }
    }

    /// <summary>The kernel took elements.</summary>
    public void CountElements(int count)
    {
        lock (_gate)
        {
            _elements += count;
        }
    }

    /// <summary>The kernel took rules of a table.</summary>
    public void CountRules(string table, int count)
    {
        lock (_gate)
        {
            _rules ??= [];
            _rules[table] = _rules.GetValueOrDefault(table) + count;
        }
    }

    /// <summary>What there was since this was last asked.</summary>
    public KernelWork Take()
    {
        lock (_gate)
        {
            var work = new KernelWork(_read, _sent, _chains, _rules ?? s_none, _elements);
            (_read, _sent, _chains, _rules, _elements) = (default, default, 0, null, 0);
            return work;
        }
    }
}
