namespace Sluice.Netfilter.Rules.Matches;

/// <summary>How a number of the packet is compared with that of the rule.</summary>
public enum Comparison
{
    /// <summary>Equal.</summary>
    Equal,

    /// <summary>Not equal.</summary>
    NotEqual,

    /// <summary>The packet's is less.</summary>
    Less,

    /// <summary>The packet's is greater.</summary>
    Greater,
}

/// <summary>What comparisons mean.</summary>
internal static class Comparisons
{
    public static bool Holds(this Comparison comparison, long number, long wanted) => comparison switch
    {
        Comparison.Equal => number == wanted,
        Comparison.NotEqual => number != wanted,
        Comparison.Less => number < wanted,
        _ => number > wanted,
    };

    public static string Sign(this Comparison comparison) => comparison switch
    {
        Comparison.Equal => "==",
        Comparison.NotEqual => "!=",
        Comparison.Less => "<",
        _ => ">",
    };
}
