using Sluice.Netfilter.Rules.Matches;
using Sluice.Netfilter.Tracing;

namespace Sluice.Dataplane.Services;

/// <summary>
/// A share of new connections that random rules go on dividing. Services with as many endpoints have the same rules, so what a
/// division gives is remembered: exact arithmetic is done once for each number of endpoints, not once for each Service.
/// </summary>
internal sealed class Share(Probability probability)
{
    public static readonly Share None = new(Probability.Zero);

    private Dictionary<RandomMatch, (Share Hit, Share Left)>? _divisions;

    public Probability Probability { get; } = probability;

    public bool IsNone => Probability.IsZero;

    /// <summary>What the rule takes and what it leaves.</summary>
    public (Share Hit, Share Left) Divide(RandomMatch random)
    {
        _divisions ??= [];
        if (!_divisions.TryGetValue(random, out var result))
        {
            var chance = random.Inverted ? random.Probability.Complement : random.Probability;
            result = (new Share(Probability * chance), new Share(Probability * chance.Complement));
            _divisions.Add(random, result);
        }

        return result;
    }

    public Share Plus(Share other) => other.IsNone ? this : IsNone ? other : new Share(Probability + other.Probability);
}
