using System.Diagnostics;
using Sluice.Net;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Rules.Expressions;
using Sluice.Netfilter.Rules.Statements;
using static Sluice.Dataplane.Planning.Nftables.RuleWords;

namespace Sluice.Dataplane.Planning.Nftables;

/// <summary>Makes the table's chains: the fixed ones, and those that are made when needed.</summary>
/// <param name="layout">The table.</param>
internal sealed class ChainMaker(NftablesLayout layout)
{
    private readonly RuleWords _words = new(layout.Options);

    private bool ServesLoopback => layout.Node.LocalhostNodePorts && layout.Family == IPFamily.IPv4;

    /// <summary>The chains that only session affinity needs, besides those that learn; base chains last.</summary>
    public IEnumerable<Chain> MakeAffinity()
    {
        yield return new Chain(TableChains.Learn, null,
        [
            Rule(IsTranslated, HasPorts, Lookup(_words.OriginalAddress, TableSet.AffineServices)),
            Rule(IsTranslated, HasPorts, Lookup(OriginalNodePort, TableSet.AffineNodePorts)),
        ]);

        // Before anybody's source translation at 100: the first chain that translates ends the hook's nat evaluation.
        var jump = Rule(new Verdict.Jump(TableChains.Learn));
        yield return Base(TableChains.AffinityInput, ChainType.Nat, Hook.Input, 90, jump);
        yield return Base(TableChains.AffinityPostrouting, ChainType.Nat, Hook.Postrouting, 90, jump);
    }

    /// <summary>The chain that a verdict goes to, for those made when needed.</summary>
    public Chain Make(PlannedVerdict verdict)
    {
        var name = TableChains.NameOf(verdict);
        return verdict.Kind switch
        {
            VerdictKind.Learn => new Chain(name, null,
            [
                Rule(HasPorts, new ChangeSet(
                    SetOperation.Update,
                    TableSets.NameOf(TableSet.Affinity),
                    _words.ClientAndOriginalAddress,
                    _words.Endpoint,
                    TimeSpan.FromSeconds(verdict.Count))),
            ]),
            VerdictKind.Draw when LeadsTo(verdict) is { Exists: true } next => new Chain(name, null, MakeWay(verdict, TableChains.NameOf(next))),
            VerdictKind.Draw => new Chain(name, null, MakeDraw(verdict)),
            _ => throw new UnreachableException(),
        };
    }

    /// <summary>The chain that a chain made when needed leads to; one that does not exist where it leads to none.</summary>
    public static PlannedVerdict LeadsTo(PlannedVerdict verdict) => (verdict.Kind, verdict.Chain) switch
    {
        (VerdictKind.Draw, CountedChain.Cluster or CountedChain.External) => verdict with { Chain = CountedChain.Pick },
        (VerdictKind.Draw, CountedChain.NodePortExternal) => verdict with { Chain = CountedChain.NodePortPick },
        (VerdictKind.Draw, _) when verdict.IsAffine => verdict with { IsAffine = false },
        _ => PlannedVerdict.None,
    };

    private EquatableArray<Rule> MakeWay(PlannedVerdict verdict, string next) => verdict.Chain switch
    {
        CountedChain.Cluster => [Rule(layout.Node.MasqueradeAll ? null : _words.IsFromPod(layout.Node.LocalDetector, inverted: true), _words.SetMark()), Rule(new Verdict.Goto(next))],
        CountedChain.External or CountedChain.NodePortExternal => [Rule(_words.SetMark()), Rule(new Verdict.Goto(next))],
        // A client that is remembered goes where it went; others go on.
        _ => [Rule(TranslateTo(_words.ClientAndAddress, TableSet.Affinity)), Rule(new Verdict.Goto(next))],
    };

    private EquatableArray<Rule> MakeDraw(PlannedVerdict verdict)
    {
        var (key, map) = verdict.Chain switch
        {
            CountedChain.Pick => (_words.Address, TableSet.Endpoints),
            CountedChain.Local => (_words.Address, TableSet.LocalEndpoints),
            CountedChain.NodePortPick => (NodePort, TableSet.NodePortEndpoints),
            CountedChain.NodePortLocal => (NodePort, TableSet.LocalNodePortEndpoints),
            _ => throw new UnreachableException(),
        };

        // A packet that was led here before a list became shorter may draw a slot that is gone; the first one is still there.
        var first = Rule(TranslateTo(WithSlot(key, 1), map));
        var drop = Rule(Verdict.Drop.Instance);
        return verdict.Count == 1 ? [first, drop] : [Rule(TranslateTo(WithSlot(key, verdict.Count), map)), first, drop];
    }

    /// <summary>The chains that are there with or without Services; base chains last.</summary>
    public IEnumerable<Chain> MakeFixed()
    {
        yield return new Chain(TableChains.Refuse, null, [Rule(new Verdict.Reject(null))]);
        yield return new Chain(TableChains.Firewall, null,
        [
            Rule(IsIn(_words.AddressAndSource, TableSet.AllowedSources, inverted: true), Verdict.Drop.Instance),
            Rule(Lookup(_words.Address, TableSet.FirewalledIPs)),
        ]);
        yield return MakeExternalLocal(TableChains.ExternalLocal, _words.Address, TableSet.ShortCircuits, TableSet.LocalIPs);
        yield return MakeExternalLocal(TableChains.NodePortExternalLocal, NodePort, TableSet.NodePortShortCircuits, TableSet.LocalNodePorts);
        yield return MakeServices();
        yield return new Chain(TableChains.Masquerading, null,
        [
            Rule(_words.IsMarked(), _words.FlipMark(), Masquerade),
            Rule(IsTranslated, IsIn(_words.BothEnds, TableSet.Hairpin), Masquerade),
        ]);
        foreach (var chain in MakeOptionalChains())
        {
            yield return chain;
        }

        yield return Base(TableChains.Prerouting, ChainType.Nat, Hook.Prerouting, -100, Rule(new Verdict.Jump(TableChains.Services)));
        yield return Base(TableChains.Output, ChainType.Nat, Hook.Output, -100, Rule(new Verdict.Jump(TableChains.Services)));
        yield return Base(TableChains.Postrouting, ChainType.Nat, Hook.Postrouting, 100, Rule(new Verdict.Jump(TableChains.Masquerading)));
    }

    private Chain MakeServices()
    {
        var rules = new List<Rule>();
        if (layout.Options.Counters)
        {
            rules.Add(Rule(IsIn(_words.Address, TableSet.CountedConnections)));
        }

        rules.Add(Rule(Lookup(_words.Address, TableSet.ServiceIPs)));
        if (layout.Options.Counters)
        {
            rules.Add(Rule([.. ServesNodePorts(), IsIn(NodePort, TableSet.CountedNodePortConnections)]));
        }

        rules.Add(Rule([.. ServesNodePorts(), Lookup(NodePort, TableSet.ServiceNodePorts)]));
        rules.Add(Rule(IsIn(_words.Destination, TableSet.ClusterIPs), new Verdict.Reject(null)));
        rules.Add(Rule(IsIn(_words.Destination, TableSet.ServiceCidrs), Verdict.Drop.Instance));
        return new Chain(TableChains.Services, null, rules.ToEquatableArray());
    }

    private List<RulePart> ServesNodePorts()
    {
        if (layout.Has(TableSet.NodePortIPs))
        {
            return [IsIn(_words.Destination, TableSet.NodePortIPs)];
        }

        var parts = new List<RulePart> { IsLocal("daddr") };
        if (!ServesLoopback)
        {
            parts.Add(IsWithin(_words.Destination, Loopback, inverted: true));
        }

        return parts;
    }

    private Prefix Loopback => layout.Family == IPFamily.IPv4 ? Prefix.Parse("127.0.0.0/8") : Prefix.Parse("::1");

    // Local policy keeps the address of clients outside; pods and the node itself are not sent away because endpoints are elsewhere.
    private Chain MakeExternalLocal(string name, NftExpression key, TableSet shortCircuits, TableSet locals)
    {
        var rules = new List<Rule>();
        if (_words.IsFromPod(layout.Node.LocalDetector, inverted: false) is { } isFromPod)
        {
            rules.Add(Rule(isFromPod, Lookup(key, shortCircuits)));
        }

        rules.Add(Rule(IsLocal("saddr"), _words.SetMark()));
        rules.Add(Rule(IsLocal("saddr"), Lookup(key, shortCircuits)));
        rules.Add(Rule(Lookup(key, locals)));
        return new Chain(name, null, rules.ToEquatableArray());
    }

    private IEnumerable<Chain> MakeOptionalChains()
    {
        if (layout.Options.DropInvalid)
        {
            yield return Base(TableChains.InvalidForward, ChainType.Filter, Hook.Forward, 0, Rule(IsInvalid, Verdict.Drop.Instance));
        }

        if (ServesLoopback)
        {
            // Whoever lets loopback addresses out (route_localnet) lets them in, too; from outside they are nobody's (RFC 1122).
            yield return Base(
                TableChains.LoopbackGuard, ChainType.Filter, Hook.Prerouting, -300,
                Rule(ComesByLoopback(inverted: true), IsWithin(_words.Destination, Loopback, inverted: false), Verdict.Drop.Instance),
                Rule(ComesByLoopback(inverted: true), IsWithin(_words.Source, Loopback, inverted: false), Verdict.Drop.Instance));
        }

        if (layout.Options.AcceptHealthChecks)
        {
            yield return Base(TableChains.HealthCheckInput, ChainType.Filter, Hook.Input, 0, Rule(IsIn(NodePort, TableSet.HealthCheckPorts), Verdict.Accept.Instance));
        }

        if (layout.Options.Counters)
        {
            yield return new Chain(TableChains.Count, null,
            [
                Rule(IsTranslated, HasPorts, IsIn(_words.OriginalAddress, TableSet.CountedPackets), Verdict.Return.Instance),
                Rule(IsTranslated, HasPorts, IsIn(OriginalNodePort, TableSet.CountedNodePortPackets)),
            ]);
            var jump = Rule(new Verdict.Jump(TableChains.Count));
            yield return Base(TableChains.CountInput, ChainType.Filter, Hook.Input, 0, jump);
            yield return Base(TableChains.CountForward, ChainType.Filter, Hook.Forward, 0, jump);
            yield return Base(TableChains.CountOutput, ChainType.Filter, Hook.Output, 0, jump);
        }
    }

    private static Chain Base(string name, ChainType type, Hook hook, int priority, params ReadOnlySpan<Rule> rules) =>
        new(name, new BaseChain(type, hook, priority, ChainPolicy.Accept), rules.ToArray().ToEquatableArray());
}
