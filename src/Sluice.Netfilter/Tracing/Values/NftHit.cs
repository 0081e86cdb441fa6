using Sluice.Netfilter.Rules.Sets;

namespace Sluice.Netfilter.Tracing.Values;

/// <summary>What a look-up in a set finds.</summary>
internal abstract record NftHit
{
    private NftHit()
    {
    }

    /// <summary>No element.</summary>
    public sealed record None : NftHit
    {
        public static readonly None Instance = new();
    }

    /// <summary>An element.</summary>
    /// <param name="Of">The element.</param>
    public sealed record Element(SetElement Of) : NftHit;

    /// <summary>An element that a rule may have added since the dump was made.</summary>
    /// <param name="Data">The type of what it stands for; null in a set.</param>
    public sealed record Unlisted(NftKeyType? Data) : NftHit;

    /// <summary>This program cannot tell.</summary>
    /// <param name="Text">What it cannot tell.</param>
    public sealed record Unclear(string Text) : NftHit;
}
