using Sluice.Netfilter.Ipsets;

namespace Sluice.Netfilter.Tracing.Ipsets;

/// <summary>What a look-up in an ipset came to.</summary>
internal abstract record IpSetAnswer
{
    private IpSetAnswer()
    {
    }

    /// <summary>An entry was found, which may be one that excludes what it holds (<c>nomatch</c>).</summary>
    /// <param name="Set">The set that has it; of a list the member.</param>
    /// <param name="Entry">The entry.</param>
    public sealed record Found(IpSet Set, IpSetEntry Entry) : IpSetAnswer;

    /// <summary>No entry was found.</summary>
    public sealed record None : IpSetAnswer
    {
        public static readonly None Instance = new();
    }

    /// <summary>It depends on what neither snapshot nor question hold.</summary>
    public sealed record Open : IpSetAnswer
    {
        public static readonly Open Instance = new();
    }

    /// <summary>The snapshot has no ipsets at all.</summary>
    public sealed record NotHeld : IpSetAnswer
    {
        public static readonly NotHeld Instance = new();
    }

    /// <summary>The snapshot has ipsets, but not this one.</summary>
    /// <param name="Name">The name.</param>
    public sealed record Missing(string Name) : IpSetAnswer;
}
