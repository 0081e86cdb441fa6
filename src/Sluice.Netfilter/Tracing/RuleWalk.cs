using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Rules.Statements;
using Sluice.Netfilter.Tracing.Values;

namespace Sluice.Netfilter.Tracing;

/// <summary>Evaluates the rules of one base chain and the chains it calls, as ipt_do_table and nft_do_chain do.</summary>
internal sealed class RuleWalk(Walk walk, PacketRouter router, Assumptions assumptions)
{
    private readonly VerdictWalk _verdicts = new(walk);

    private enum Answer
    {
        No,
        Yes,
    }

    /// <summary>Evaluates until the base chain has let the packet pass (true) or the branch has ended or forked away (false).</summary>
    public bool Continue(Branch branch)
    {
        while (!branch.Frames.IsEmpty)
        {
            branch.Frames = branch.Frames.Pop(out var frame);
            if (frame.Progress is not null)
            {
                if (!Evaluate(branch, frame))
                {
                    return false;
                }

                continue;
            }

            var chain = frame.Chain;
            var position = chain.Index.Next(frame.Next, branch.Packet.Destination, chain.Rules.Count);
            var compared = position < chain.Rules.Count ? position + 1 : position;
            branch.RulesByHook[(int)branch.Packet.Hook] += compared - frame.Next;
            NoteGaps(branch, chain, frame.Next, position);
            if (position >= chain.Rules.Count)
            {
                if (branch.Frames.IsEmpty && !_verdicts.Policy(branch, chain))
                {
                    return false;
                }

                continue;
            }

            branch.Frames = branch.Frames.Push(frame with { Next = position + 1 });
            if (!Evaluate(branch, frame with { Next = position }))
            {
                return false;
            }
        }

        AfterBaseChain(branch);
        return true;
    }

    private void NoteGaps(Branch branch, Chain chain, int from, int to)
    {
        foreach (var gap in chain.Gaps.Span)
        {
            if (gap.Before >= from && gap.Before <= to)
            {
                assumptions.AddGap(branch.CurrentTable!.Table, chain, gap);
            }
        }
    }

    // The rule is at frame.Next; the stack already points behind it. False when the branch ended.
    private bool Evaluate(Branch branch, Frame frame)
    {
        var rule = frame.Chain.Rules[frame.Next];
        var progress = frame.Progress ?? RuleProgress.Start;
        for (var i = progress.Part; i < rule.Parts.Count; i++)
        {
            switch (rule.Parts.Span[i])
            {
                case Match match:
                    var result = match.Test(branch.Packet);
                    if (result.Assumption is { } assumption)
                    {
                        assumptions.Add(assumption);
                    }

                    if (result.Answer == MatchAnswer.No)
                    {
                        return true;
                    }

                    if (result.Answer == MatchAnswer.Missing)
                    {
                        walk.End(branch, Disposition.Incomplete, $"{result.Condition} [rule {frame.Next + 1} of {frame.Chain.Name} ({branch.CurrentTable!.Table.Name})]");
                        return false;
                    }

                    // Whether a rule only logs or counts changes nothing: no need for two ways.
                    if (result.Answer != MatchAnswer.Yes && (!HasEffect(rule, i) || Decide(branch, frame, result) == Answer.No))
                    {
                        return true;
                    }

                    progress = result.Answer == MatchAnswer.Random ? progress with { Chance = result.Probability }
                        : result.EntryComment is { } comment ? progress with { EntryComment = comment }
                        : progress;
                    break;
                case Verdict.Continue:
                    break;
                case Verdict.Lookup lookup:
                    return Fork(
                        branch,
                        NftLookup.Elements(lookup.Key, lookup.Set, branch.Packet),
                        (b, way) => Found(b, frame, rule, progress, lookup, way));
                case Verdict.TranslateTo translate:
                    return Fork(
                        branch,
                        NftTranslation.Of(translate, branch.Packet),
                        (b, way) => way.Result is NatTarget.None || _verdicts.Translate(b, MakeStep(b, frame, rule, progress with { Chance = way.Chance.IsOne ? progress.Chance : way.Chance }, ""), translate.Kind, way.Result));
                case Verdict.Translate translate when IsOfOtherFamily(translate, branch):
                    break;
                case Verdict.Reject reject when branch.CurrentTable!.Table.IsNative && !RejectAnswer.IsFor(reject.With, branch.Packet):
                    return true;
                case Verdict.TransparentProxy proxy when branch.CurrentTable!.Table.IsNative:
                    // In nftables it is no verdict: without a socket the rule ends, with one it goes on.
                    if (Decide(branch, frame, MatchResult.Depends(VerdictWalk.ProxyCondition(branch, proxy))) == Answer.No)
                    {
                        return true;
                    }

                    progress = progress with { Actions = progress.With(Actions.Of(proxy)) };
                    break;
                case Verdict.Unknown unknown:
                    progress = progress with { Actions = progress.With(Actions.Of(unknown)) };
                    _verdicts.MayEnd(branch, MakeStep(branch, frame, rule, progress, progress.Actions), unknown);
                    break;
                case Verdict verdict:
                    return _verdicts.Carry(branch, frame, MakeStep(branch, frame, rule, progress, progress.With(Actions.Of(verdict))), verdict);
                case SetValue set:
                    var ways = NftEvaluation.ReadEach(set.Value, branch.Packet);
                    var next = progress with { Part = i + 1, Actions = progress.With(Actions.Of(set)) };
                    return Fork(branch, ways, (b, way) => Set(b, frame with { Progress = next }, set, way));
                case Statement statement:
                    statement.ApplyTo(branch.Packet);
                    progress = statement is Count ? progress : progress with { Actions = progress.With(Actions.Of(statement)) };
                    break;
            }
        }

        branch.AddStep(MakeStep(branch, frame, rule, progress, progress.Actions ?? "Continue"));
        return true;
    }

    private static bool HasEffect(Rule rule, int from)
    {
        for (var i = rule.Parts.Count - 1; i > from; i--)
        {
            if (rule.Parts.Span[i] is Statement { IsObserver: false } and not Verdict.Continue)
            {
                return true;
            }
        }

        return false;
    }

    // nft_nat_inet_eval: in a table for both families a translation to an address of the other one does nothing.
    private static bool IsOfOtherFamily(Verdict.Translate translate, Branch branch) =>
        branch.CurrentTable!.Table.IsNative && translate.Nat.First is { } address && address.Family != branch.Packet.Family;

    // Follows every way: the copies later, this branch on the first. False when the branch ended.
    private bool Fork<T>(Branch branch, IReadOnlyList<NftWay<T>> ways, Func<Branch, NftWay<T>, bool> go)
    {
        var open = ways.Where(w => IsPossible(branch, w.Facts)).ToList();
        for (var i = open.Count - 1; i > 0; i--)
        {
            var other = branch.Fork();
            Suppose(other, open[i]);
            if (go(other, open[i]))
            {
                if (other.Frames.IsEmpty)
                {
                    AfterBaseChain(other);
                }

                walk.Later(other);
            }
        }

        // What the branch supposes already may leave no way: then it contradicts itself, and is nobody's.
        if (open.Count == 0)
        {
            return false;
        }

        Suppose(branch, open[0]);
        return go(branch, open[0]);
    }

    private static bool IsPossible(Branch branch, IReadOnlyList<NftFact> facts)
    {
        foreach (var fact in facts)
        {
            if (fact.IsStable && branch.Packet.KnownFact(fact.Condition) is { } known && known != fact.Holds)
            {
                return false;
            }
        }

        return true;
    }

    private static void Suppose<T>(Branch branch, NftWay<T> way)
    {
        if (!way.Chance.IsOne)
        {
            branch.Probability *= way.Chance;
        }

        branch.IsAmbiguous |= way.IsAmbiguous;
        foreach (var fact in way.Facts)
        {
            branch.Packet.AddFact(fact.Condition, fact.Holds);
        }
    }

    private bool Found(Branch branch, Frame frame, Rule rule, RuleProgress progress, Verdict.Lookup lookup, NftWay<NftHit> way)
    {
        var chance = way.Chance.IsOne ? progress.Chance : way.Chance;
        switch (way.Result)
        {
            case NftHit.Element { Of.Verdict: null or Verdict.Continue }:
                branch.AddStep(MakeStep(branch, frame, rule, progress with { Chance = chance }, progress.With("Continue")));
                return true;
            case NftHit.Element { Of: { Verdict: { } verdict } element }:
                var step = MakeStep(branch, frame, rule, progress with { Chance = chance }, progress.With(Actions.Of(verdict)));
                return _verdicts.Carry(branch, frame, step with { Element = element }, verdict);
            case NftHit.None:
                return true;
            default:
                var what = way.Result is NftHit.Unclear unclear ? unclear.Text : $"a verdict that rules add to {NftPhrases.Of(lookup.Set)}";
                var unknown = new Verdict.Unknown(what, "");
                var last = MakeStep(branch, frame, rule, progress, progress.With(Actions.Of(unknown)));
                _verdicts.MayEnd(branch, last, unknown);
                branch.AddStep(last);
                return true;
        }
    }

    private static bool Set(Branch branch, Frame next, SetValue set, NftWay<NftReading> way)
    {
        if (NftSetter.Apply(branch.Packet, set.Target, way.Result))
        {
            branch.IsAmbiguous |= way.Result is NftReading.Unclear;
            branch.Frames = branch.Frames.Push(next);
        }

        return true;
    }

    // Splits the branch: the copy goes on behind the rule as if it had not matched, this one as if it had.
    private Answer Decide(Branch branch, Frame frame, MatchResult result)
    {
        if (result.Answer == MatchAnswer.Random)
        {
            return Draw(branch, result.Probability);
        }

        var condition = result.Answer == MatchAnswer.Unknown
            ? $"{result.Condition} matches (rule {frame.Next + 1} of {frame.Chain.Name}, {branch.CurrentTable!.Table.Name})"
            : result.Condition!;
        branch.IsAmbiguous |= result.Answer == MatchAnswer.Unknown;
        if (result.IsStable && branch.Packet.KnownFact(condition) is { } known)
        {
            return known != result.IsNegated ? Answer.Yes : Answer.No;
        }

        var other = branch.Fork();
        other.Packet.AddFact(condition, result.IsNegated);
        walk.Later(other);
        branch.Packet.AddFact(condition, !result.IsNegated);
        return Answer.Yes;
    }

    private Answer Draw(Branch branch, Probability probability)
    {
        if (probability.IsZero)
        {
            return Answer.No;
        }

        if (!probability.IsOne)
        {
            var other = branch.Fork();
            other.Probability *= probability.Complement;
            walk.Later(other);
            branch.Probability *= probability;
        }

        return Answer.Yes;
    }

    // A chain of type route that changed what routing looks at makes the kernel route again (ipt_mangle_out); in nat it is a
    // changed destination (nf_nat_ipv4_local_fn).
    private void AfterBaseChain(Branch branch)
    {
        var packet = branch.Packet;
        var isDue = packet.Hook == Hook.Output && branch.CurrentTable!.Place.Type switch
        {
            ChainType.Route => PacketRouter.KeyOf(packet) != branch.RouteKey,
            ChainType.Nat => packet.Destination != branch.RouteKey.Destination || packet.IsDestinationUnknown,
            _ => false,
        };
        if (isDue)
        {
            router.Reroute(branch);
        }
    }

    private static Step MakeStep(Branch branch, Frame frame, Rule rule, RuleProgress progress, string action) =>
        new(branch.Packet.Hook, branch.CurrentTable!.Table, frame.Chain, frame.Next + 1, rule, action, frame.Depth) { Chance = progress.Chance, EntryComment = progress.EntryComment };
}
