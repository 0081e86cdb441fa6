namespace Sluice.Tests.Api.Server;

/// <summary>What an API server does right now, for a clock that must not run while answers are on their way. Safe from any thread.</summary>
internal sealed class ServerActivity
{
    private readonly Lock _gate = new();
    private int _requests;
    private int _resting;

    /// <summary>How many requests wait for time to pass, or for a change; null while one is being worked on.</summary>
    public int? Resting
    {
        get
        {
            lock (_gate)
            {
                return _requests == _resting ? _resting : null;
            }
        }
    }

    /// <summary>Answers a request.</summary>
    public async Task WorkAsync(Func<Task> answer)
    {
        Count(requests: 1, resting: 0);
        try
        {
            await answer();
        }
        finally
        {
            Count(requests: -1, resting: 0);
        }
    }

    /// <summary>Waits within an answer.</summary>
    public async Task RestAsync(Task wait)
    {
        Count(requests: 0, resting: 1);
        try
        {
            await wait;
        }
        finally
        {
            Count(requests: 0, resting: -1);
        }
    }

    private void Count(int requests, int resting)
    {
        lock (_gate)
        {
            _requests += requests;
            _resting += resting;
        }
    }
}
