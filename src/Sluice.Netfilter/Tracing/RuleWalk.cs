using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Rules.Statements;

namespace Sluice.Netfilter.Tracing;

/// <summary>Evaluates the rules of one base chain and the chains it calls, as ipt_do_table and nft_do_chain do.</summary>
internal sealed class RuleWalk(Walk walk, PacketRouter router, Assumptions assumptions)
{
    private enum Answer
    {
        No,
        Yes,
        Ended,
    }

    /// <summary>Evaluates until the base chain has let the packet pass (true) or the branch has ended or forked away (false).</summary>
    public bool Continue(Branch branch)
    {
        while (!branch.Frames.IsEmpty)
        {
            branch.Frames = branch.Frames.Pop(out var frame);
            var chain = frame.Chain;
            var position = chain.Index.Next(frame.Next, branch.Packet.Destination, chain.Rules.Count);
            var compared = position < chain.Rules.Count ? position + 1 : position;
            branch.RulesByHook[(int)branch.Packet.Hook] += compared - frame.Next;
            NoteGaps(branch, chain, frame.Next, position);
            if (position >= chain.Rules.Count)
            {
                if (branch.Frames.IsEmpty && !Policy(branch, chain))
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

    // The next rule is at frame.Next; the stack already points behind it. False when the branch ended.
    private bool Evaluate(Branch branch, Frame frame)
    {
        var rule = frame.Chain.Rules[frame.Next];
        var hasEffect = HasEffect(rule);
        Probability? chance = null;
        for (var i = 0; i < rule.Parts.Count; i++)
        {
            switch (rule.Parts.Span[i])
            {
                case Match match:
                    var result = match.Test(branch.Packet);
                    if (result.Answer == MatchAnswer.No)
                    {
                        return true;
                    }

                    if (result.Answer == MatchAnswer.Yes)
                    {
                        continue;
                    }

                    if (!hasEffect)
                    {
                        // Whether it only logs or counts changes nothing: no need for two ways.
                        return true;
                    }

                    switch (Decide(branch, frame, result))
                    {
                        case Answer.No:
                            return true;
                        case Answer.Ended:
                            return false;
                        default:
                            chance = result.Answer == MatchAnswer.Random ? result.Probability : chance;
                            break;
                    }

                    break;
                case Verdict verdict:
                    return Carry(branch, frame, rule, verdict, chance);
                case Statement statement:
                    statement.ApplyTo(branch.Packet);
                    branch.AddStep(MakeStep(branch, frame, rule, Actions.Of(statement), chance));
                    return true;
            }
        }

        branch.AddStep(MakeStep(branch, frame, rule, "Continue", chance));
        return true;
    }

    private static bool HasEffect(Rule rule) => rule.Parts.Count > 0 && rule.Parts[^1] is Statement { IsObserver: false };

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

    // Carries out a verdict; false when the branch ended.
    private bool Carry(Branch branch, Frame frame, Rule rule, Verdict verdict, Probability? chance)
    {
        var step = MakeStep(branch, frame, rule, Actions.Of(verdict), chance);
        switch (verdict)
        {
            case Verdict.Jump jump:
                branch.AddStep(step);
                return Enter(branch, frame, jump.Chain, isGoto: false);
            case Verdict.Goto jump:
                branch.AddStep(step);
                return Enter(branch, frame, jump.Chain, isGoto: true);
            case Verdict.Return:
                branch.AddStep(step);
                branch.Frames = branch.Frames.Pop();
                return !branch.Frames.IsEmpty || Policy(branch, BaseOf(branch));
            case Verdict.Accept:
                branch.AddStep(step);
                branch.Frames = [];
                return true;
            case Verdict.Drop:
                branch.AddStep(step);
                walk.End(branch, Disposition.Dropped, Reasons.ForRule(branch, step));
                return false;
            case Verdict.Reject reject:
                branch.AddStep(step);
                walk.End(branch, Disposition.Rejected, Reasons.ForRule(branch, step), reject.With ?? DefaultReject(branch.Packet.Family));
                return false;
            case Verdict.Translate translate:
                return Translate(branch, step, translate.Nat);
            case Verdict.TransparentProxy proxy:
                return Split(branch, step, $"a transparent proxy listens for {branch.Packet.Destination.WithPort(proxy.Port > 0 ? proxy.Port : branch.Packet.DestinationPort)}", "no transparent proxy listens", b => new SetMark(proxy.Mark).ApplyTo(b.Packet));
            case Verdict.Queue queue:
                return Split(branch, step, $"the program on queue {queue.First} accepts it", $"the program on queue {queue.First} does not accept it", _ => { });
            case Verdict.Unknown unknown:
                return CarryUnknown(branch, step, unknown);
            default:
                throw new System.Diagnostics.UnreachableException(verdict.GetType().Name);
        }
    }

    private static string DefaultReject(Net.IPFamily family) =>
        family == Net.IPFamily.IPv4 ? "icmp-port-unreachable" : "icmp6-port-unreachable";

    private bool Translate(Branch branch, Step step, NatSpec nat)
    {
        // Only nat chains translate; the kernel refuses these targets elsewhere.
        if (branch.CurrentTable!.Place.Type == ChainType.Nat && !Translation.Apply(branch, nat, branch.Packet.Node))
        {
            branch.AddStep(step);
            walk.End(branch, Disposition.Dropped, "the interface it leaves by has no address to masquerade with");
            return false;
        }

        branch.AddStep(step with { Action = Actions.Of(nat, branch.Packet) });
        branch.Frames = [];
        return true;
    }

    // A decision outside the rules: accepted when the condition holds, gone when it does not.
    private bool Split(Branch branch, Step step, string condition, string reason, Action<Branch> whenAccepted)
    {
        branch.AddStep(step);
        if (branch.Packet.KnownFact(condition) is not { } known)
        {
            var other = branch.Fork();
            other.Packet.AddFact(condition, holds: false);
            walk.End(other, Disposition.Dropped, reason);
            branch.Packet.AddFact(condition, holds: true);
            known = true;
        }

        if (!known)
        {
            walk.End(branch, Disposition.Dropped, reason);
            return false;
        }

        whenAccepted(branch);
        branch.Frames = [];
        return true;
    }

    // It may let the packet go on or end its way: both are followed, and the answer says that it does not know.
    private bool CarryUnknown(Branch branch, Step step, Verdict.Unknown target)
    {
        branch.AddStep(step);
        branch.IsAmbiguous = true;
        var condition = $"target {target.Name} lets it go on (rule {step.RuleNumber} of {step.Chain.Name}, {step.Table.Name})";
        if (branch.Packet.KnownFact(condition) is null)
        {
            var other = branch.Fork();
            other.Packet.AddFact(condition, holds: false);
            walk.End(other, Disposition.Dropped, $"target {target.Name} is not known; it may end the packet's way [rule {step.RuleNumber} of {step.Chain.Name} ({step.Table.Name})]");
            branch.Packet.AddFact(condition, holds: true);
        }

        return true;
    }

    private bool Enter(Branch branch, Frame frame, string name, bool isGoto)
    {
        var table = branch.CurrentTable!.Table;
        if (table.FindChain(name) is not { } chain)
        {
            walk.End(branch, Disposition.Incomplete, $"chain {name} is not in the snapshot ({table.Name} table)");
            return false;
        }

        if (!walk.MayJump(branch, chain, frame.Depth))
        {
            return false;
        }

        if (isGoto)
        {
            // The end of the new chain returns to where this one would have: a base chain's policy then decides.
            var rest = branch.Frames.Pop();
            branch.Frames = rest.IsEmpty ? [new Frame(BaseOf(branch), BaseOf(branch).Rules.Count, 0)] : rest;
        }

        branch.Frames = branch.Frames.Push(new Frame(chain, 0, frame.Depth + 1));
        return true;
    }

    private bool Policy(Branch branch, Chain chain)
    {
        if (chain.Base is not { } place)
        {
            return true;
        }

        branch.AddStep(new Step(branch.Packet.Hook, branch.CurrentTable!.Table, chain, 0, null, $"Policy {place.Policy}", 0));
        if (place.Policy == ChainPolicy.Accept)
        {
            return true;
        }

        walk.End(branch, Disposition.Dropped, Reasons.ForPolicy(branch.CurrentTable.Table, chain));
        return false;
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

    private static Chain BaseOf(Branch branch) => branch.CurrentTable!.Chain;

    private static Step MakeStep(Branch branch, Frame frame, Rule rule, string action, Probability? chance) =>
        new(branch.Packet.Hook, branch.CurrentTable!.Table, frame.Chain, frame.Next + 1, rule, action, frame.Depth) { Chance = chance };
}
