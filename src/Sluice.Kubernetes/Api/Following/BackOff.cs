namespace Sluice.Kubernetes.Api.Following;

/// <summary>How long to wait before asking again: doubling from 0.8 s to 30 s, each drawn from the upper half, so that a thousand nodes do not ask at once.</summary>
/// <param name="random">Draws.</param>
internal sealed class BackOff(Random random)
{
    private static readonly TimeSpan s_least = TimeSpan.FromSeconds(0.8);
    private static readonly TimeSpan s_most = TimeSpan.FromSeconds(30);

    private TimeSpan _next = s_least;

    /// <summary>The next time to wait, 0.8 to 30 s.</summary>
    public TimeSpan Next()
    {
        _next = 2 * _next < s_most ? 2 * _next : s_most;
        return _next * (0.5 + (0.5 * random.NextDouble()));
    }

    /// <summary>All was well: the next wait is short again.</summary>
    public void Reset() => _next = s_least;
}
