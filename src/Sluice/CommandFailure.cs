namespace Sluice;

/// <summary>A command cannot go on: one line for the person, which says what to do.</summary>
internal sealed class CommandFailure(string message) : Exception(message);
