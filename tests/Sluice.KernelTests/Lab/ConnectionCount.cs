namespace Sluice.KernelTests.Lab;

/// <summary>Which endpoint answered how many connections, by its <c>address:port</c>; and what went wrong with the others.</summary>
public sealed record ConnectionCount(IReadOnlyDictionary<string, int> Answers, IReadOnlyList<string> Errors);
