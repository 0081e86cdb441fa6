namespace Sluice.Dataplane.Planning.Nftables;

/// <summary>What an element of a map to verdicts says.</summary>
/// <param name="Kind">What is done.</param>
/// <param name="Chain">For <see cref="VerdictKind.Draw"/>: the kind of chain.</param>
/// <param name="Count">For <see cref="VerdictKind.Draw"/>: the number of slots; for <see cref="VerdictKind.Learn"/>: the seconds.</param>
/// <param name="IsAffine">For <see cref="VerdictKind.Draw"/>: whether clients are remembered.</param>
internal readonly record struct PlannedVerdict(VerdictKind Kind, CountedChain Chain = default, int Count = 0, bool IsAffine = false)
{
    /// <summary>No element.</summary>
    public static readonly PlannedVerdict None;

    /// <summary>The packet vanishes.</summary>
    public static readonly PlannedVerdict Drop = new(VerdictKind.Drop);

    /// <summary>Whether there is an element.</summary>
    public bool Exists => Kind != VerdictKind.None;

    /// <summary>One of some slots.</summary>
    public static PlannedVerdict Draw(CountedChain chain, int count, bool isAffine) => new(VerdictKind.Draw, chain, count, isAffine);
}

/// <summary>The kinds of verdicts of elements.</summary>
internal enum VerdictKind : byte
{
    /// <summary>No element.</summary>
    None,

    /// <summary>The packet vanishes.</summary>
    Drop,

    /// <summary>The sender is told that nobody is there.</summary>
    Refuse,

    /// <summary>The sender is looked up among those allowed.</summary>
    Firewall,

    /// <summary>Pods and the node itself are told from clients outside.</summary>
    ExternalLocal,

    /// <summary>As <see cref="ExternalLocal"/>, for node ports.</summary>
    NodePortExternalLocal,

    /// <summary>An endpoint is drawn.</summary>
    Draw,

    /// <summary>The client is remembered.</summary>
    Learn,
}
