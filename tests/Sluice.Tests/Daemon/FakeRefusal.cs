namespace Sluice.Tests.Daemon;

/// <summary>The fake kernel does not take something.</summary>
internal sealed class FakeRefusal(string message) : Exception(message);
