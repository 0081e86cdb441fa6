namespace Sluice.Daemon.Events;

/// <summary>For a cluster that is read of manifests: there is nobody to tell. The log has it all.</summary>
internal sealed class NoEventRecorder : IEventRecorder
{
    /// <inheritdoc/>
    public void Record(ProxyEvent happened)
    {
    }
}
