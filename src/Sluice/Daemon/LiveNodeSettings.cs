using Sluice.Input;

namespace Sluice.Daemon;

/// <summary>How the node is configured, which may change while it is routed. Safe from any thread.</summary>
internal sealed class LiveNodeSettings(NodeSettings first)
{
    private volatile NodeSettings _current = first;
    private volatile Action? _changed;

    /// <summary>The settings as they are now.</summary>
    public NodeSettings Current => _current;

    /// <summary>Has other settings, and tells whoever routes.</summary>
    public void Change(NodeSettings settings)
    {
        _current = settings;
        _changed?.Invoke();
    }

    /// <summary>Says what to do after a change; the last one counts.</summary>
    public void WhenChanged(Action changed) => _changed = changed;
}
