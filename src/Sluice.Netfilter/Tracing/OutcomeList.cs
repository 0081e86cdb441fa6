using Sluice.Net;

namespace Sluice.Netfilter.Tracing;

/// <summary>Outcomes in the order found; ways that end alike under the same conditions are one, their probabilities added.</summary>
internal sealed class OutcomeList(bool keepsEveryPath)
{
    private readonly List<Outcome> _all = [];
    private readonly Dictionary<Key, int> _index = [];

    public IReadOnlyList<Outcome> All => _all;

    public int Count => _all.Count;

    public void Add(Outcome outcome)
    {
        if (outcome.Probability.IsZero)
        {
            return;
        }

        if (keepsEveryPath)
        {
            _all.Add(outcome);
            return;
        }

        var key = new Key(
            outcome.Disposition, outcome.Destination, outcome.DestinationMap, outcome.DestinationPort, outcome.Source, outcome.SourcePort, outcome.Masquerade,
            outcome.Mark, outcome.ConnectionMark, outcome.OutInterface, outcome.Reason, outcome.IsAmbiguous, string.Join('\n', outcome.Conditions));
        if (_index.TryGetValue(key, out var at))
        {
            _all[at] = _all[at] with
            {
                Probability = _all[at].Probability + outcome.Probability,
                RulesEvaluated = Math.Max(_all[at].RulesEvaluated, outcome.RulesEvaluated),
            };
            return;
        }

        _index.Add(key, _all.Count);
        _all.Add(outcome);
    }

    // A class: a dictionary keyed by a structure is compiled anew at each start.
    private sealed record Key(
        Disposition Disposition, NetAddress? Destination, string? DestinationMap, int? DestinationPort, NetAddress? Source, int? SourcePort, bool Masquerade,
        uint Mark, uint? ConnectionMark, string? OutInterface, string? Reason, bool IsAmbiguous, string Conditions);
}
