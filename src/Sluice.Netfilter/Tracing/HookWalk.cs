using Sluice.Net;
using Sluice.Netfilter.Ipvs;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Tracing.Ipvs;

namespace Sluice.Netfilter.Tracing;

/// <summary>Moves a branch from hook to hook: what the kernel calls there, and where routing sends it next.</summary>
internal sealed class HookWalk
{
    private readonly Walk _walk;
    private readonly Tracer _tracer;
    private readonly Assumptions _assumptions;
    private readonly PacketRouter _router;
    private readonly RuleWalk _rules;
    private readonly MissingTables _missing;
    private readonly IpvsWalk _ipvs;

    public HookWalk(Walk walk, Tracer tracer, Assumptions assumptions)
    {
        _walk = walk;
        _tracer = tracer;
        _assumptions = assumptions;
        _router = new PacketRouter(tracer.Node, assumptions);
        _rules = new RuleWalk(walk, _router, assumptions);
        _missing = new MissingTables(tracer.Node, assumptions);
        _ipvs = new IpvsWalk(walk, tracer.Node.Ipvs ?? IpvsTable.Empty, _router, assumptions);
    }

    /// <summary>Follows a branch until it ends or has forked away.</summary>
    public void Follow(Branch branch)
    {
        if (!branch.IsStarted && !Start(branch))
        {
            return;
        }

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

            if (!CallItem(branch, items[branch.Item++]))
            {
                return;
            }
        }
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
                    _walk.Later(other);
                }

                branch.Packet.AddFact(condition, holds: true);
            }

            branch.Take(choice);
            if (choice.Failure is null)
            {
                return true;
            }

            _walk.End(branch, choice.Type == Routing.RouteType.Blackhole ? Disposition.Dropped : Disposition.Unreachable, choice.Failure);
            return false;
        }

        throw new System.Diagnostics.UnreachableException("routing gave no answer");
    }

    /// <summary>Begins a hook.</summary>
    public static void EnterHook(Branch branch, Hook hook)
    {
        branch.Packet.Hook = hook;
        branch.Item = 0;
    }

    // False when the branch ended.
    private bool CallItem(Branch branch, HookItem item)
    {
        switch (item)
        {
            case HookItem.CallChain call:
                if (call.Place.Type != ChainType.Nat || SeesTranslation(branch))
                {
                    _assumptions.AddListingWithoutInterfaces(call.Table);
                    branch.CurrentTable = call;
                    branch.Packet.Table = call.Table;
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
                    _router.Reroute(branch);
                }

                break;
            case HookItem.Balance { IsAnswer: true }:
                _ipvs.Answer(branch);
                break;
            case HookItem.Balance:
                return _ipvs.Request(branch);
        }

        return true;
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
                if (!PassesMissingFilter(branch))
                {
                    return false;
                }

                packet.OutInterface = branch.HeadingOut;
                EnterHook(branch, Hook.Postrouting);
                return true;
            case Hook.Forward:
                if (!PassesMissingFilter(branch))
                {
                    return false;
                }

                EnterHook(branch, Hook.Postrouting);
                return true;
            case Hook.Input:
                if (!PassesMissingFilter(branch))
                {
                    return false;
                }

                branch.SourceChosen = true;
                _walk.End(branch, Disposition.Accepted, reason: null);
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
            _walk.End(branch, Disposition.Dropped, "its time to live is over");
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
        _missing.Masquerade(branch);
        if (!branch.HeadingLocal)
        {
            _walk.End(branch, Disposition.Forwarded, IpvsForwarding.HowSent(packet));
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
        _walk.Later(open);
        branch.Packet.AddFact(condition, holds: false);
        _walk.End(branch, Disposition.Dropped, "loopback addresses are not accepted from the network");
        return true;
    }

    private bool PassesMissingFilter(Branch branch)
    {
        if (_missing.DropReason(branch) is not { } reason)
        {
            return true;
        }

        _walk.End(branch, Disposition.Dropped, reason);
        return false;
    }
}
