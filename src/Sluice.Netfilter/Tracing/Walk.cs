using Sluice.Netfilter.Net;
using Sluice.Netfilter.Rules;

namespace Sluice.Netfilter.Tracing;

/// <summary>Follows one packet through the hooks, all branches of it, and collects how they end.</summary>
internal sealed class Walk
{
    // Beyond these the rules are not meant for an answer anyone could read: the rest is reported as not followed.
    private const int MaxOutcomes = 4_096;
    private const int MaxJumps = 10_000;
    private const int MaxDepth = 1_000;

    private readonly Tracer _tracer;
    private readonly PacketRouter _router;
    private readonly RuleWalk _rules;
    private readonly Stack<Branch> _open = new();
    private readonly OutcomeList _outcomes;
    private readonly Assumptions _assumptions = new();
    private readonly Table? _cut;
    private IReadOnlyList<string> _inherited = [];

    public Walk(Tracer tracer, Packet packet)
    {
        _tracer = tracer;
        _outcomes = new OutcomeList(tracer.KeepsEveryPath);
        _router = new PacketRouter(tracer.Node, _assumptions);
        _rules = new RuleWalk(this, _assumptions);
        _cut = tracer.Node.Ruleset.Of(packet.Family).FirstOrDefault(t => t.IsTruncated);
        NoteMissingTables(packet.Family);
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

            if (next.IsStarted || Start(next))
            {
                Follow(next);
            }
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

        var conditions = _inherited.Concat(packet.Facts.Select(f => (f.Value ? "if " : "unless ") + f.Key)).Distinct(StringComparer.Ordinal).ToList();
        var isDelivered = disposition is Disposition.Forwarded or Disposition.Accepted;
        _outcomes.Add(new Outcome(disposition, branch.Probability)
        {
            Destination = packet.IsDestinationUnknown ? null : packet.Destination,
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
            Path = branch.Path(),
            RulesEvaluated = branch.RulesByHook.Sum(),
            CostByHook = [.. branch.RulesByHook.Select((n, hook) => new HookCost((Hook)hook, n)).Where(c => c.Rules > 0)],
            Connection = !isDelivered || !packet.HasConnection || branch.Connection is not null ? branch.Connection : new Connection(
                packet.Tuple,
                packet.ReplySource,
                packet.ReplySourcePort,
                packet.IsSourceUnknown ? null : packet.ReplyDestination,
                packet.ReplyDestinationPort,
                packet.ConnectionMark),
        });
    }

    /// <summary>Whether a branch may take another jump; ends it when it runs in circles.</summary>
    public bool MayJump(Branch branch, Chain target, int depth)
    {
        if (++branch.Jumps <= MaxJumps && depth < MaxDepth && !branch.Frames.Any(f => ReferenceEquals(f.Chain, target)))
        {
            return true;
        }

        End(branch, Disposition.Incomplete, $"the rules run in circles through chain {target.Name}: the kernel would refuse them");
        return false;
    }

    /// <summary>Routes a locally made packet again after a rule changed what routing looks at.</summary>
    public void Reroute(Branch branch)
    {
        // A fork within a hook could not be resumed; of several ways the one taken already, or the first, stands.
        var choices = _router.Choices(branch.Packet, isOutput: true);
        var choice = choices.FirstOrDefault(c => c.Condition is null || branch.Packet.KnownFact(c.Condition) == true) ?? choices[0];
        if (choice.Condition is { } condition)
        {
            _assumptions.Add($"of several routes the first is taken: {condition}");
        }

        branch.Take(choice);
    }

    // A program's packet is routed before OUTPUT sees it. False when its way ends here.
    private bool Start(Branch branch)
    {
        var packet = branch.Packet;
        if (packet.Original.Entry == PacketEntry.Network)
        {
            branch.IsStarted = true;
            packet.InInterface = _router.GuessInInterface(packet.Original);
            EnterHook(branch, Hook.Prerouting);
            return true;
        }

        if (!Route(branch, isOutput: true))
        {
            return false;
        }

        branch.IsStarted = true;
        packet.OutInterface = branch.HeadingOut;
        EnterHook(branch, Hook.Output);
        return true;
    }

    // Routes the packet, forking when the answer depends on what is not known: the copy asks again, knowing one answer less.
    private bool Route(Branch branch, bool isOutput)
    {
        var choices = _router.Choices(branch.Packet, isOutput);
        for (var i = 0; i < choices.Count; i++)
        {
            var choice = choices[i];
            if (choice.Condition is { } condition)
            {
                var known = branch.Packet.KnownFact(condition);
                if (known == false && i < choices.Count - 1)
                {
                    continue;
                }

                if (known is null && i < choices.Count - 1)
                {
                    var other = branch.Fork();
                    other.Packet.AddFact(condition, holds: false);
                    Later(other);
                }

                branch.Packet.AddFact(condition, holds: true);
            }

            branch.Take(choice);
            if (choice.Failure is null)
            {
                return true;
            }

            End(branch, choice.Type == Routing.RouteType.Blackhole ? Disposition.Dropped : Disposition.Unreachable, choice.Failure);
            return false;
        }

        throw new System.Diagnostics.UnreachableException("routing gave no answer");
    }

    private static void EnterHook(Branch branch, Hook hook)
    {
        branch.Packet.Hook = hook;
        branch.Item = 0;
    }

    private void Follow(Branch branch)
    {
        while (true)
        {
            if (!branch.Frames.IsEmpty)
            {
                if (!_rules.Continue(branch))
                {
                    return;
                }

                continue;
            }

            var items = _tracer.Program(branch.Packet.Family, branch.Packet.Hook).Items;
            if (branch.Item >= items.Count)
            {
                if (!LeaveHook(branch))
                {
                    return;
                }

                continue;
            }

            CallItem(branch, items[branch.Item++]);
        }
    }

    private void CallItem(Branch branch, HookItem item)
    {
        switch (item)
        {
            case HookItem.CallChain call:
                if (call.Place.Type != ChainType.Nat || SeesTranslation(branch))
                {
                    _assumptions.AddListingWithoutInterfaces(call.Table);
                    branch.CurrentTable = call;
                    branch.Frames = branch.Frames.Push(new Frame(call.Chain, 0, 0));
                    branch.RouteKey = PacketRouter.KeyOf(branch.Packet);
                }

                break;
            case HookItem.Track:
                ConnectionTracking.Look(branch);
                break;
            case HookItem.TranslateKnown translate:
                ConnectionTracking.Translate(branch, translate.IsDestination);
                if (branch.Packet.Hook == Hook.Output && branch.Connection is not null)
                {
                    Reroute(branch);
                }

                break;
        }
    }

    // nf_nat_inet_fn: only the first packet of a connection, and each of its two ends only once.
    private static bool SeesTranslation(Branch branch)
    {
        var packet = branch.Packet;
        var isFirst = packet.State == ConnectionState.New || (packet.State == ConnectionState.Related && !packet.Protocol.IsIcmp);
        var isDone = packet.Hook is Hook.Prerouting or Hook.Output ? branch.DestinationChosen : branch.SourceChosen;
        return isFirst && !isDone;
    }

    // Where the packet goes when all of a hook's chains have let it pass; false when its way ends here.
    private bool LeaveHook(Branch branch)
    {
        var packet = branch.Packet;
        switch (packet.Hook)
        {
            case Hook.Prerouting:
                branch.DestinationChosen = true;
                return AfterPrerouting(branch);
            case Hook.Output:
                branch.DestinationChosen = true;
                if (!AssumeMarkDrop(branch))
                {
                    return false;
                }

                packet.OutInterface = branch.HeadingOut;
                EnterHook(branch, Hook.Postrouting);
                return true;
            case Hook.Forward:
                if (!AssumeMarkDrop(branch))
                {
                    return false;
                }

                EnterHook(branch, Hook.Postrouting);
                return true;
            case Hook.Input:
                if (!AssumeMarkDrop(branch))
                {
                    return false;
                }

                branch.SourceChosen = true;
                End(branch, Disposition.Accepted, reason: null);
                return false;
            default:
                return AfterPostrouting(branch);
        }
    }

    private bool AfterPrerouting(Branch branch)
    {
        var packet = branch.Packet;
        if (!branch.IsLoopback && PacketRouter.NeedsLocalnetRouting(packet) && ForkOnLocalnet(branch))
        {
            return false;
        }

        if (branch.IsLoopback)
        {
            branch.Take(RouteChoice.Here);
        }
        else if (!Route(branch, isOutput: false))
        {
            return false;
        }

        if (branch.HeadingLocal)
        {
            packet.OutInterface = "";
            EnterHook(branch, Hook.Input);
            return true;
        }

        // ip_forward lowers the TTL before it calls the hook.
        packet.Ttl = packet.Ttl is { } ttl ? ttl - 1 : null;
        if (packet.Ttl < 1)
        {
            End(branch, Disposition.Dropped, "its time to live is over");
            return false;
        }

        packet.OutInterface = branch.HeadingOut;
        EnterHook(branch, Hook.Forward);
        return true;
    }

    private bool AfterPostrouting(Branch branch)
    {
        var packet = branch.Packet;
        branch.SourceChosen = true;
        AssumeMarkMasquerade(branch);
        if (!branch.HeadingLocal)
        {
            End(branch, Disposition.Forwarded, reason: null);
            return false;
        }

        // Made here for here: it comes back in through the loopback device, its connection already known.
        branch.IsLoopback = true;
        packet.InInterface = "lo";
        packet.OutInterface = "";
        EnterHook(branch, Hook.Prerouting);
        return true;
    }

    // 127.0.0.0/8 from the network is dropped as martian unless the sysctl says otherwise, and no dump holds the sysctl.
    private bool ForkOnLocalnet(Branch branch)
    {
        var condition = $"net.ipv4.conf.{branch.Packet.InInterface ?? "<interface>"}.route_localnet is 1";
        if (branch.Packet.KnownFact(condition) == true)
        {
            return false;
        }

        var open = branch.Fork();
        open.Packet.AddFact(condition, holds: true);
        open.Item = int.MaxValue;
        Later(open);
        branch.Packet.AddFact(condition, holds: false);
        End(branch, Disposition.Dropped, "loopback addresses are not accepted from the network");
        return true;
    }

    // Without the filter table in the snapshot the mark is all that is left of the decision to drop.
    private bool AssumeMarkDrop(Branch branch)
    {
        const uint DropMark = 0x8000;
        if ((branch.Packet.Mark & DropMark) == 0 || HasTable(branch, "filter") || !HasChain(branch, "KUBE-MARK-DROP"))
        {
            return true;
        }

        _assumptions.Add("mark 0x8000 is taken as kubelet's drop mark (KUBE-FIREWALL in the filter table, which the snapshot lacks)");
        End(branch, Disposition.Dropped, Reasons.ForMarkDrop(branch));
        return false;
    }

    private void AssumeMarkMasquerade(Branch branch)
    {
        const uint MasqueradeMark = 0x4000;
        if ((branch.Packet.Mark & MasqueradeMark) == 0 || branch.Masqueraded || !HasChain(branch, "KUBE-MARK-MASQ") ||
            branch.Connection is not null ||
            _tracer.Node.Ruleset.Find(branch.Packet.Family, "nat")?.FindChain("KUBE-POSTROUTING") is not null)
        {
            return;
        }

        _assumptions.Add("mark 0x4000 is taken as kube-proxy's masquerade mark (KUBE-POSTROUTING in the nat table, which the snapshot lacks)");
        branch.Masqueraded = true;
        Translation.Masquerade(branch, _tracer.Node, ports: null, NatFlags.None);
    }

    private bool HasTable(Branch branch, string name) => _tracer.Node.Ruleset.Find(branch.Packet.Family, name) is not null;

    private bool HasChain(Branch branch, string name) =>
        _tracer.Node.Ruleset.Find(branch.Packet.Family, "nat")?.FindChain(name) is not null;

    private void NoteMissingTables(IPFamily family)
    {
        if (_tracer.Node.Interfaces is null)
        {
            _assumptions.Add("no addresses of the node in the snapshot: only loopback addresses are taken as its own");
        }

        foreach (var table in (string[])["nat", "filter"])
        {
            if (_tracer.Node.Ruleset.Find(family, table) is null)
            {
                _assumptions.Add($"no {table} table{(family == IPFamily.IPv6 ? " for IPv6" : "")} in the snapshot");
            }
        }
    }
}
