using Sluice.Net;

namespace Sluice.Linux.Lab;

/// <summary>What became of one connection (or, for UDP, one question).</summary>
public abstract record ConnectionResult
{
    private ConnectionResult()
    {
    }

    /// <summary>A server answered.</summary>
    /// <param name="Server">Its name.</param>
    /// <param name="Source">The source address the server saw.</param>
    /// <param name="SourcePort">The source port the server saw.</param>
    public sealed record Delivered(string Server, NetAddress Source, int SourcePort) : ConnectionResult;

    /// <summary>It was refused: a reset, or an ICMP error.</summary>
    /// <param name="Reason">The socket error's name, such as <c>ConnectionRefused</c> or <c>NetworkUnreachable</c>.</param>
    /// <param name="After">How long that took.</param>
    public sealed record Refused(string Reason, TimeSpan After) : ConnectionResult;

    /// <summary>Nothing came back while the client was patient.</summary>
    public sealed record TimedOut : ConnectionResult;
}
