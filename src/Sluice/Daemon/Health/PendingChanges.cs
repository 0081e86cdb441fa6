namespace Sluice.Daemon.Health;

/// <summary>The changes of the cluster that are not in the kernel yet, for one family, oldest first.</summary>
internal sealed class PendingChanges
{
    // While a kernel takes nothing, more of them come and come.
    private const int Most = 1024;

    private readonly Queue<ArrivedChanges> _changes = [];

    // What came when the queue was full, as one.
    private ArrivedChanges? _rest;

    /// <summary>When the oldest came; null when there is none.</summary>
    public long? Oldest => _changes.TryPeek(out var first) ? first.At : null;

    /// <summary>How many changes of Services.</summary>
    public int Services { get; private set; }

    /// <summary>How many changes of EndpointSlices.</summary>
    public int Endpoints { get; private set; }

    /// <summary>Adds what came now.</summary>
    public void Add(ArrivedChanges changes)
    {
        Services += changes.Services;
        Endpoints += changes.Endpoints;
        if (_changes.Count < Most)
        {
            _changes.Enqueue(changes);
        }
        else
        {
            _rest = _rest?.And(changes) ?? changes;
        }
    }

    /// <summary>Removes and returns those that came no later than a moment.</summary>
    public IReadOnlyList<ArrivedChanges> TakeUntil(long moment)
    {
        var taken = new List<ArrivedChanges>();
        do
        {
            while (_changes.TryPeek(out var first) && first.At <= moment)
            {
                Services -= first.Services;
                Endpoints -= first.Endpoints;
                taken.Add(_changes.Dequeue());
            }
        }
        while (MoveRest());
        return taken;
    }

    private bool MoveRest()
    {
        if (_rest is not { } rest || _changes.Count >= Most)
        {
            return false;
        }

        _rest = null;
        _changes.Enqueue(rest);
        return true;
    }
}
