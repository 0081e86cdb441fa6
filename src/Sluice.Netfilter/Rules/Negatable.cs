namespace Sluice.Netfilter.Rules;

/// <summary>One criterion of a match, possibly inverted with <c>!</c>.</summary>
/// <typeparam name="T">What is compared.</typeparam>
/// <param name="Value">The value asked for.</param>
/// <param name="Inverted">True when everything but the value matches.</param>
public readonly record struct Negatable<T>(T Value, bool Inverted)
{
    /// <summary>Turns the plain answer into the criterion's answer.</summary>
    public bool Holds(bool plainAnswer) => plainAnswer != Inverted;
}
