using Sluice.Net;

namespace Sluice.Daemon.Health;

/// <summary>How far one family's rules are behind the cluster. Safe from any thread.</summary>
/// <param name="family">The family.</param>
/// <param name="patience">How long a change may wait.</param>
/// <param name="time">The clock.</param>
internal sealed class FamilyProgress(IPFamily family, TimeSpan patience, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly PendingChanges _pending = new();
    private DateTimeOffset? _lastUpdated;
    private bool _isServed;

    /// <summary>The family.</summary>
    public IPFamily Family => family;

    /// <summary>Syncs begin.</summary>
    public void Start()
    {
        lock (_gate)
        {
            _lastUpdated = time.GetUtcNow();
        }
    }

    /// <summary>Changes came, and a sync is asked for.</summary>
    public void Arrived(ArrivedChanges changes)
    {
        lock (_gate)
        {
            _pending.Add(changes);
        }
    }

    /// <summary>A sync that brought the kernel where the cluster wants it has ended.</summary>
    /// <param name="started">When it started, by the clock's timestamps.</param>
    /// <returns>The changes that are in the kernel by it.</returns>
    public IReadOnlyList<ArrivedChanges> Synced(long started)
    {
        lock (_gate)
        {
            _lastUpdated = time.GetUtcNow();
            _isServed = true;
            return _pending.TakeUntil(started);
        }
    }

    /// <summary>How many changes of Services and of EndpointSlices wait.</summary>
    public (int Services, int Endpoints) CountPending()
    {
        lock (_gate)
        {
            return (_pending.Services, _pending.Endpoints);
        }
    }

    /// <summary>How it stands now.</summary>
    public FamilyHealth Read()
    {
        lock (_gate)
        {
            return new FamilyHealth(family, _lastUpdated, _pending.Oldest is not { } oldest || time.GetElapsedTime(oldest) < patience, _isServed);
        }
    }
}
