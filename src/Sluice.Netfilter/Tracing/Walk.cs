using Sluice.Net;
using Sluice.Netfilter.Rules;

namespace Sluice.Netfilter.Tracing;

/// <summary>Follows one packet, all branches of it, and collects how they end.</summary>
internal sealed class Walk
{
    // Beyond these the rules are not meant for an answer anyone could read: the rest is reported as not followed.
    private const int MaxOutcomes = 4_096;
    private const int MaxJumps = 10_000;
    private const int MaxDepth = 1_000;

    // NFT_JUMP_STACK_SIZE: nf_tables takes no rules that jump so deep (nft_chain_validate counts gotos too).
    private const int MaxJumpStack = 16;

    private readonly HookWalk _hooks;
    private readonly Stack<Branch> _open = new();
    private readonly OutcomeList _outcomes;
    private readonly Assumptions _assumptions = new();
    private readonly Table? _cut;
    private IReadOnlyList<string> _inherited = [];

    public Walk(Tracer tracer, Packet packet)
    {
        _outcomes = new OutcomeList(tracer.KeepsEveryPath);
        _hooks = new HookWalk(this, tracer, _assumptions);
        _cut = tracer.Node.Ruleset.Of(packet.Family).FirstOrDefault(t => t.IsTruncated);
        MissingTables.Note(tracer.Node, packet.Family, tracer.TracksConnections(packet.Family), _assumptions);
    }

    /// <summary>Conditions that branches run next already suppose.</summary>
    public void Inherit(IReadOnlyList<string> conditions) => _inherited = conditions;

    public void AddOutcome(Outcome outcome) => _outcomes.Add(outcome);

    /// <summary>Adds a branch to be followed later.</summary>
    public void Later(Branch branch) => _open.Push(branch);

    /// <summary>Follows the packet from where it enters until every branch has ended.</summary>
    public void Run(Branch branch)
    {
        _open.Push(branch);
        while (_open.TryPop(out var next))
        {
            if (_outcomes.Count >= MaxOutcomes)
            {
                next.IsAmbiguous = true;
                End(next, Disposition.Incomplete, $"more than {MaxOutcomes} ways: this one and those after it were not followed");
                continue;
            }

            _hooks.Follow(next);
        }
    }

    public Trace Result(Packet packet, IEnumerable<string>? assumptions = null)
    {
        foreach (var assumption in assumptions ?? [])
        {
            _assumptions.Add(assumption);
        }

        return new Trace(packet, _outcomes.All, _assumptions.All);
    }

    /// <summary>Ends a branch.</summary>
    public void End(Branch branch, Disposition disposition, string? reason, string? rejectWith = null)
    {
        var packet = branch.Packet;
        if (disposition is Disposition.Forwarded or Disposition.Accepted && _cut is { } table)
        {
            // What a cut dump holds is a beginning: it can prove that a packet is refused, not that it passes.
            (disposition, reason) = (Disposition.Incomplete, $"the dump is cut within table {table.Name}: rules that follow there are not in the snapshot");
        }

        IReadOnlyList<string> conditions = packet.Facts.Count == 0
            ? _inherited
            : [.. _inherited.Concat(packet.Facts.Select(f => (f.Value ? "if " : "unless ") + f.Key)).Distinct(StringComparer.Ordinal)];
        var isDelivered = disposition is Disposition.Forwarded or Disposition.Accepted;
        _outcomes.Add(new Outcome(disposition, branch.Probability)
        {
            Destination = packet.IsDestinationUnknown ? null : packet.Destination,
            DestinationMap = packet.IsDestinationUnknown ? packet.DestinationMap : null,
            DestinationPort = packet.DestinationPort,
            Source = packet.IsSourceUnknown ? null : packet.Source,
            SourcePort = packet.SourcePort,
            Masquerade = branch.Masqueraded,
            Mark = packet.Mark,
            ConnectionMark = packet.ConnectionMark,
            OutInterface = disposition == Disposition.Forwarded ? branch.HeadingOut : null,
            Conditions = conditions,
            Reason = reason,
            RejectWith = rejectWith,
            IsAmbiguous = branch.IsAmbiguous,
            Steps = branch.Steps,
            RulesEvaluated = branch.RulesByHook.Sum(),
            RulesByHook = branch.RulesByHook,
            Balancing = packet.Balancing,
            Connection = !isDelivered || !packet.HasConnection || branch.Connection is not null ? branch.Connection : new Connection(
                packet.Tuple,
                packet.ReplySource,
                packet.ReplySourcePort,
                packet.IsSourceUnknown ? null : packet.ReplyDestination,
                packet.ReplyDestinationPort,
                packet.ConnectionMark)
            {
                IsBalanced = packet is { Balancing: not null, IsDnat: false },
            },
        });
    }

    /// <summary>Whether a branch may take another jump; ends it when it runs in circles.</summary>
    public bool MayJump(Branch branch, Chain target, int depth)
    {
        if (branch.CurrentTable!.Table.IsNative && depth + 1 >= MaxJumpStack)
        {
            End(branch, Disposition.Incomplete, $"the rules jump {MaxJumpStack} chains deep at {target.Name}: the kernel would refuse them");
            return false;
        }

        if (++branch.Jumps <= MaxJumps && depth < MaxDepth && !branch.Frames.Any(f => ReferenceEquals(f.Chain, target)))
        {
            return true;
        }

        End(branch, Disposition.Incomplete, $"the rules run in circles through chain {target.Name}: the kernel would refuse them");
        return false;
    }
}
