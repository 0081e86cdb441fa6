using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Rules.Statements;
using Sluice.Netfilter.Tracing.Values;

namespace Sluice.Netfilter.Tracing;

/// <summary>Carries out verdicts: where a branch goes on, or that it ends.</summary>
internal sealed class VerdictWalk(Walk walk)
{
    /// <summary>On what a transparent proxy's rule depends.</summary>
    public static string ProxyCondition(Branch branch, Verdict.TransparentProxy proxy) =>
        $"a transparent proxy listens for {branch.Packet.Destination.WithPort(proxy.Port > 0 ? proxy.Port : branch.Packet.DestinationPort)}";

    /// <summary>Carries out a verdict; false when the branch ended.</summary>
    public bool Carry(Branch branch, Frame frame, Step step, Verdict verdict)
    {
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
                walk.End(branch, Disposition.Rejected, Reasons.ForRule(branch, step), RejectAnswer.Of(reject.With, branch.Packet.Family));
                return false;
            case Verdict.Translate translate:
                return Translate(branch, step, translate.Nat);
            case Verdict.TransparentProxy proxy:
                return Split(branch, step, ProxyCondition(branch, proxy), "no transparent proxy listens", b => new SetMark(proxy.Mark).ApplyTo(b.Packet));
            case Verdict.Queue queue:
                return Split(branch, step, $"the program on queue {queue.First} accepts it", $"the program on queue {queue.First} does not accept it", _ => { });
            default:
                throw new System.Diagnostics.UnreachableException(verdict.GetType().Name);
        }
    }

    /// <summary>Translates to what a look-up came to; false when the branch ended.</summary>
    public bool Translate(Branch branch, Step step, NatKind kind, NatTarget target)
    {
        switch (target)
        {
            case NatTarget.Known { Nat.First: { } address } when address.Family != branch.Packet.Family:
                branch.AddStep(step with { Action = "Continue" });
                return true;
            case NatTarget.Known known:
                return Translate(branch, step, known.Nat);
            case NatTarget.Untold untold:
                branch.IsAmbiguous |= untold.IsUnclear;
                Translation.ApplyUntold(branch, kind, untold.Where);
                branch.AddStep(step with { Action = $"{kind} to what {untold.Where} holds" });
                branch.Frames = [];
                return true;
            default:
                throw new System.Diagnostics.UnreachableException(target.GetType().Name);
        }
    }

    /// <summary>
    /// Something that is not known may let the packet go on or end its way: this branch goes on, a copy ends, and the answer says
    /// that it does not know.
    /// </summary>
    public void MayEnd(Branch branch, Step step, Verdict.Unknown target)
    {
        branch.IsAmbiguous = true;
        var condition = $"target {target.Name} lets it go on (rule {step.RuleNumber} of {step.Chain.Name}, {step.Table.Name})";
        if (branch.Packet.KnownFact(condition) is null)
        {
            var other = branch.Fork();
            other.AddStep(step);
            other.Packet.AddFact(condition, holds: false);
            walk.End(other, Disposition.Dropped, $"target {target.Name} is not known; it may end the packet's way [rule {step.RuleNumber} of {step.Chain.Name} ({step.Table.Name})]");
            branch.Packet.AddFact(condition, holds: true);
        }
    }

    /// <summary>Applies a base chain's policy; false when the branch ended.</summary>
    public bool Policy(Branch branch, Chain chain)
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

    private static Chain BaseOf(Branch branch) => branch.CurrentTable!.Chain;
}
