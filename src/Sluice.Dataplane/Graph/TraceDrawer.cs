using Sluice.Dataplane.Chains;

using Sluice.Netfilter.Ipvs;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Rules.Matches;
using Sluice.Netfilter.Tracing;

namespace Sluice.Dataplane.Graph;

/// <summary>Draws the ways of one packet: chain by chain, each way's share on its edges.</summary>
internal sealed class TraceDrawer(GraphDraft draft)
{
    /// <summary>Draws a trace beside what is drawn already, and ends the drawing.</summary>
    public ChainGraph Draw(Trace trace) => draft.Build(Add(trace));

    /// <summary>Draws a trace beside what is drawn already; its title.</summary>
    /// <param name="trace">The trace.</param>
    /// <param name="isAlone">Whether it is the only one: several share edges, where their shares would add up to more than all.</param>
    public string Add(Trace trace, bool isAlone = true)
    {
        var packet = trace.Packet;
        var title = $"{packet.Source.WithPort(packet.SourcePort)} to {packet.Destination.WithPort(packet.DestinationPort)} {packet.Protocol}";
        var start = draft.Node(GraphNodeKind.Packet, null, title, null, out _);

        // With conditions the outcomes answer different questions: their shares do not add up.
        var hasShares = trace.Outcomes.All(o => o.Conditions.Count == 0);
        foreach (var outcome in trace.Outcomes)
        {
            Draw(start, outcome, hasShares ? outcome.Probability : null, isAlone);
        }

        return title;
    }

    private void Draw(int start, Outcome outcome, Probability? share, bool isAlone)
    {
        var edges = new List<(int From, int To, GraphRule? Rule, bool IsFinal)>();
        var at = start;
        Step? last = null;
        Step? begun = null;
        foreach (var step in outcome.Path)
        {
            if (step.VirtualServer is { } server)
            {
                last = step;
                at = Balance(edges, at, step, server);
                continue;
            }

            var here = ChainNode(step.Table.Name, step.Chain.Name, step.Chain.Base is not null);
            if (step.Depth == 0 && (begun?.Chain != step.Chain || begun.Hook != step.Hook))
            {
                begun = step;
                edges.Add((at, here, null, false));
                at = here;
            }

            last = step;
            if (step.Rule is null)
            {
                // The policy lets the packet pass: it goes on from where it was last.
                continue;
            }

            at = here;
            var rule = RuleOf(step, step.Rule);
            switch (step.Verdict)
            {
                case null when step.Rule.Parts is { Count: > 0 } parts && parts[^1] is Statement statement:
                    draft.Describe(here, VerdictText.Of(statement));
                    break;
                case Verdict.Jump { Chain: var name }:
                    at = Follow(step, name);
                    edges.Add((here, at, rule, false));
                    break;
                case Verdict.Goto { Chain: var name }:
                    at = Follow(step, name);
                    edges.Add((here, at, rule, true));
                    break;
                case Verdict.Translate { Nat.Kind: NatKind.Destination or NatKind.Redirect } or Verdict.TranslateTo { Kind: NatKind.Destination or NatKind.Redirect }:
                    at = draft.Node(GraphNodeKind.Endpoint, null, After(step), null, out _);
                    edges.Add((here, at, rule, true));
                    break;
                case Verdict.Translate or Verdict.TranslateTo:
                    at = draft.Node(GraphNodeKind.Verdict, null, VerdictText.Of(step.Verdict), null, out _);
                    edges.Add((here, at, rule, true));
                    break;
            }
        }

        if (outcome.Disposition != Disposition.Incomplete)
        {
            var end = draft.Node(GraphNodeKind.Verdict, null, Ending(outcome), null, out _);
            edges.Add((at, end, last is { Rule: { } rule, Verdict: Verdict.Drop or Verdict.Reject } ? RuleOf(last, rule) : null, true));
        }

        // A way that takes an edge twice (a chain called again) counts once.
        foreach (var edge in edges.GroupBy(e => (e.From, e.To)))
        {
            var isFirst = true;
            foreach (var (from, to, rule, isFinal) in edge)
            {
                var own = isAlone || draft.IsOf(GraphNodeKind.VirtualServer, from) ? share : null;
                draft.Edge(from, to, rule, isFirst ? own : own is null ? null : Probability.Zero, isFinal);
                isFirst = false;
            }
        }
    }

    // The virtual server, and where it sends the packet; answers and what is refused stay there.
    private int Balance(List<(int From, int To, GraphRule? Rule, bool IsFinal)> edges, int at, Step step, VirtualServer server)
    {
        var here = draft.Node(GraphNodeKind.VirtualServer, null, $"IPVS {server.Key}", null, out _);
        draft.Describe(here, server.PersistenceSeconds is { } seconds ? $"{server.Scheduler}, keeps clients {seconds} s" : server.Scheduler);
        edges.Add((at, here, null, false));
        if (step.SentTo is not { } target)
        {
            return here;
        }

        var endpoint = draft.Node(GraphNodeKind.Endpoint, null, target, null, out _);
        edges.Add((here, endpoint, null, true));
        return endpoint;
    }

    private static GraphRule RuleOf(Step step, Rule rule)
    {
        var condition = step is { Element: { } element, Rule.Verdict: Verdict.Lookup lookup }
            ? ElementText.Of(rule, lookup, element, step.Table)
            : ConditionText.Of(rule);
        var isAfterRandom = step.RuleNumber > 1 && step.Chain.Rules[step.RuleNumber - 2].Find<RandomMatch>() is not null;
        return new GraphRule(step.RuleNumber, condition)
        {
            Chance = step.Chance,
            IsRest = condition.Length == 0 && step.Chance is null && isAfterRandom,
            Line = step.Line,
        };
    }

    private int Follow(Step step, string name) => step.Table.FindChain(name) is not null
        ? ChainNode(step.Table.Name, name, isBase: false)
        : draft.Node(GraphNodeKind.MissingChain, step.Table.Name, name, ChainOwners.Find(name)?.Owner, out _);

    private int ChainNode(string table, string name, bool isBase) =>
        draft.Node(isBase ? GraphNodeKind.BaseChain : GraphNodeKind.Chain, table, name, ChainOwners.Find(name)?.Owner, out _);

    // "DNAT 10.0.0.1:80" says where it really went, when the rule leaves a choice.
    private static string After(Step step)
    {
        var blank = step.Action.IndexOf(' ');
        return blank < 0 ? step.Action : step.Action[(blank + 1)..];
    }

    private static string Ending(Outcome outcome) => outcome.Disposition switch
    {
        Disposition.Forwarded => "forwarded",
        Disposition.Accepted => "accepted by this node",
        Disposition.Dropped => "DROPPED",
        Disposition.Rejected => "REJECTED",
        _ => outcome.Disposition.ToString().ToUpperInvariant(),
    };
}
