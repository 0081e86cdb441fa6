namespace Sluice.Daemon.Serving;

/// <summary>What a request asks, as far as any answer depends on it.</summary>
/// <param name="Path">The path, decoded, beginning with a slash; without what follows a question mark.</param>
/// <param name="Accept">The header <c>Accept</c>; empty without one.</param>
internal readonly record struct HttpQuery(string Path, string Accept = "");
