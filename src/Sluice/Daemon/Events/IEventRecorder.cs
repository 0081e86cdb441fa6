namespace Sluice.Daemon.Events;

/// <summary>Tells the cluster of what happens here.</summary>
internal interface IEventRecorder
{
    /// <summary>Tells it, at some time or never: it does not wait, and does not throw. Safe from any thread.</summary>
    public void Record(ProxyEvent happened);
}
