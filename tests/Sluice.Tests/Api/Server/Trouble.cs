namespace Sluice.Tests.Api.Server;

/// <summary>How an API server misbehaves in its answer to one request.</summary>
internal abstract record Trouble
{
    private Trouble()
    {
    }

    /// <summary>It answers with a status code, and may ask to be left alone for a while.</summary>
    internal sealed record Refusal(int Code, string Reason, int? RetryAfterSeconds = null) : Trouble;

    /// <summary>It cuts the connection within the body.</summary>
    internal sealed record Cut(int AfterBytes) : Trouble;

    /// <summary>It ends the body early, as if that were all.</summary>
    internal sealed record Short(int AfterBytes) : Trouble;

    /// <summary>It sends something else from some byte on.</summary>
    internal sealed record Garbage(int AfterBytes) : Trouble;

    /// <summary>It sends nothing more from some byte on, and keeps the connection.</summary>
    internal sealed record Silence(int AfterBytes) : Trouble;

    /// <summary>It sends a few bytes at a time.</summary>
    internal sealed record Drip(int Bytes, TimeSpan Pause) : Trouble;

    /// <summary>A watch ends with an ERROR event 410 after so many events.</summary>
    internal sealed record Expiry(int AfterEvents) : Trouble;

    /// <summary>A watch sends every event twice, and older ones again.</summary>
    internal sealed record Repetition(int Seed) : Trouble;

    /// <summary>A list is of an older version than the one that is known.</summary>
    internal sealed record Stale(long Version) : Trouble;
}
