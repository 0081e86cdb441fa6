using Sluice.Dataplane.Chains;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Rules.Matches;
using Sluice.Netfilter.Tracing;

namespace Sluice.Dataplane.Graph;

/// <summary>Draws chains of a table and all that their rules lead to.</summary>
/// <param name="draft">Where to.</param>
/// <param name="table">The table.</param>
/// <param name="isDrawn">Which rules of a chain count.</param>
internal sealed class ChainDrawer(GraphDraft draft, Table table, Func<Chain, Rule, bool> isDrawn)
{
    // Beyond this, what a chain does on the side is no longer a label.
    private const int MaxDetails = 3;

    private readonly Stack<Place> _open = new();

    /// <summary>Draws a chain; from each rule on to where it leads before the next one, so that a limit cuts whole branches.</summary>
    public void Draw(Chain start)
    {
        Open(start);
        while (_open.TryPeek(out var place))
        {
            if (place.Next >= place.Chain.Rules.Count)
            {
                _open.Pop();
                continue;
            }

            var rule = place.Chain.Rules[place.Next++];
            if (isDrawn(place.Chain, rule))
            {
                DrawRule(place, rule);
            }
        }
    }

    private int Open(Chain chain)
    {
        var id = draft.Node(chain.Base is null ? GraphNodeKind.Chain : GraphNodeKind.BaseChain, table.Name, chain.Name, ChainOwners.Find(chain.Name)?.Owner, out var isNew);
        if (isNew)
        {
            if (chain.Base is { } place)
            {
                draft.Describe(id, $"policy {place.Policy.ToString().ToUpperInvariant()}");
            }

            _open.Push(new Place(chain, id));
        }

        return id;
    }

    private void DrawRule(Place from, Rule rule)
    {
        var condition = ConditionText.Of(rule);
        if (rule.Verdict is Verdict.Lookup lookup)
        {
            DrawElements(from, rule, lookup);
        }
        else if (rule.Verdict is { } verdict)
        {
            var chance = rule.Find<RandomMatch>() is { } random ? random.Inverted ? random.Probability.Complement : random.Probability : (Probability?)null;
            var share = from.Take(condition.Length > 0, chance, verdict);
            draft.Edge(
                from.Id,
                Target(verdict),
                new GraphRule(from.Next, condition) { Chance = chance, IsRest = chance is null && share is { IsOne: false }, Line = rule.Source.Line },
                share,
                isFinal: verdict is not Verdict.Jump);
        }
        else if (rule.Parts.Count > 0 && rule.Parts[^1] is Statement statement && from.Details++ < MaxDetails)
        {
            draft.Describe(from.Id, condition.Length == 0 ? VerdictText.Of(statement) : $"{condition}: {VerdictText.Of(statement)}");
        }
    }

    // Each element leads somewhere of its own; past the limit the draft leaves nodes out and says so.
    private void DrawElements(Place from, Rule rule, Verdict.Lookup lookup)
    {
        foreach (var element in ElementText.SetOf(lookup, table)?.Elements ?? default)
        {
            if (element.Verdict is { } verdict)
            {
                var chance = ElementText.ChanceOf(lookup, element);
                draft.Edge(
                    from.Id,
                    Target(verdict),
                    new GraphRule(from.Next, ElementText.Of(rule, lookup, element, table)) { Chance = chance, Line = rule.Source.Line },
                    chance,
                    isFinal: verdict is not Verdict.Jump);
            }
        }
    }

    private int Target(Verdict verdict)
    {
        switch (verdict)
        {
            case Verdict.Jump { Chain: var name }:
                return TargetChain(name);
            case Verdict.Goto { Chain: var name }:
                return TargetChain(name);
            case Verdict.Translate { Nat: { Kind: NatKind.Destination, First: not null } }:
                return draft.Node(GraphNodeKind.Endpoint, null, VerdictText.Of(verdict), null, out _);
            default:
                return draft.Node(GraphNodeKind.Verdict, null, VerdictText.Of(verdict), null, out _);
        }
    }

    private int TargetChain(string name) => table.FindChain(name) is { } chain
        ? Open(chain)
        : draft.Node(GraphNodeKind.MissingChain, table.Name, name, ChainOwners.Find(name)?.Owner, out _);

    private sealed class Place
    {
        // What chance has left over for the next rule; null where chance has no say.
        private Probability? _left;

        public Place(Chain chain, int id)
        {
            Chain = chain;
            Id = id;
            _left = chain.Rules.Any(r => r.Find<RandomMatch>() is not null) ? Probability.One : null;
        }

        public Chain Chain { get; }

        public int Id { get; }

        /// <summary>The index of the next rule: the number of the current one.</summary>
        public int Next { get; set; }

        public int Details { get; set; }

        /// <summary>The share of packets that a rule takes; null where a condition decides.</summary>
        public Probability? Take(bool isConditional, Probability? chance, Verdict verdict)
        {
            if (_left is not { } left || isConditional || verdict is Verdict.Jump { Chain: "KUBE-MARK-MASQ" })
            {
                return null;
            }

            var taken = left * (chance ?? Probability.One);
            _left = left * (chance ?? Probability.One).Complement;
            return taken;
        }
    }
}
