namespace Sluice.Netfilter.Tracing.Values;

/// <summary>One way a value may come out. The ways of a value exclude each other, and one of them holds.</summary>
/// <typeparam name="T">The value.</typeparam>
/// <param name="Result">The value on this way.</param>
/// <param name="Chance">How likely it is, given its facts.</param>
/// <param name="Facts">What it supposes.</param>
/// <param name="IsAmbiguous">Whether it rests on something this program does not know.</param>
internal readonly record struct NftWay<T>(T Result, Probability Chance, IReadOnlyList<NftFact> Facts, bool IsAmbiguous)
{
    /// <summary>The only way.</summary>
    public static IReadOnlyList<NftWay<T>> Only(T result) => [new(result, Probability.One, [], IsAmbiguous: false)];

    /// <summary>A way of a value that is made of this one.</summary>
    public NftWay<TNext> Then<TNext>(NftWay<TNext> next) => new(
        next.Result,
        Chance.IsOne ? next.Chance : next.Chance.IsOne ? Chance : Chance * next.Chance,
        Facts.Count == 0 ? next.Facts : next.Facts.Count == 0 ? Facts : [.. Facts, .. next.Facts],
        IsAmbiguous || next.IsAmbiguous);

    /// <summary>The same way with another result.</summary>
    public NftWay<TNext> With<TNext>(TNext result) => new(result, Chance, Facts, IsAmbiguous);
}

/// <summary>A circumstance that holds or does not hold on a way.</summary>
/// <param name="Condition">The circumstance, as a clause.</param>
/// <param name="Holds">Whether it holds.</param>
/// <param name="IsStable">Whether it is the same each time it is asked for on one packet's way.</param>
internal readonly record struct NftFact(string Condition, bool Holds, bool IsStable);
