using System.Diagnostics;
using Sluice.Kubernetes.Intent;
using Sluice.Net;
using Sluice.Netfilter.Nftables.Changes;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Rules.Expressions;
using Sluice.Netfilter.Rules.Sets;
using Sluice.Netfilter.Rules.Statements;
using static Sluice.Dataplane.Planning.Nftables.RuleWords;

namespace Sluice.Dataplane.Planning.Nftables;

/// <summary>
/// The table that serves Services, but for what Services put into it: its sets, its fixed chains, and how the chains look that are made when
/// needed. Depends on the options and the node only.
/// </summary>
public sealed class NftablesLayout
{
    /// <summary>The table's name.</summary>
    public const string TableName = "sluice";

    private const byte Absent = byte.MaxValue;

    private readonly RuleWords _words;
    private readonly byte[] _indexes = new byte[TableSets.Count];
    private readonly TableSet[] _roles;

    /// <summary>The layout for a node.</summary>
    public NftablesLayout(NftablesPlanOptions options, NodeProfile node)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(node);
        (Options, Node, _words) = (options, node, new RuleWords(options));
        _roles = [.. Enum.GetValues<TableSet>().Where(IsNeeded)];
        Array.Fill(_indexes, Absent);
        for (var i = 0; i < _roles.Length; i++)
        {
            _indexes[(int)_roles[i]] = (byte)i;
        }

        Sets = _roles.Select(s => TableSets.Make(s, options)).ToEquatableArray();
        FixedChains = MakeFixedChains().ToEquatableArray();
        NodePortIPs = Has(TableSet.NodePortIPs) ? node.LocalAddresses.Where(a => a.Family == Family && node.ServesNodePorts(a)).Distinct().ToEquatableArray() : [];
        var ranges = options.ServiceCidrs.Where(c => c.Family == Family).Select(AddressRange.Of).ToList();
        AddressRange.Merge(ranges);
        ServiceRanges = ranges.ToEquatableArray();
    }

    /// <summary>What shapes the table besides the node.</summary>
    public NftablesPlanOptions Options { get; }

    /// <summary>The node.</summary>
    public NodeProfile Node { get; }

    /// <summary>The address family.</summary>
    public IPFamily Family => Options.Family;

    /// <summary>The sets and maps, without elements, by name.</summary>
    public EquatableArray<NftSet> Sets { get; }

    /// <summary>The chains that are there with or without Services; base chains last.</summary>
    public EquatableArray<Chain> FixedChains { get; }

    /// <summary>The table before any Service: what an empty kernel gets first.</summary>
    public Table EmptyTable => new(TableFamilies.Of(Family), TableName, FixedChains)
    {
        Sets = Sets,
        Comment = "rules of Sluice",
        Backend = TableBackend.Nftables,
    };

    /// <summary>The addresses that serve node ports, where not all do; else empty.</summary>
    internal EquatableArray<NetAddress> NodePortIPs { get; }

    /// <summary>Where cluster addresses come from, sorted, none touching another.</summary>
    internal EquatableArray<AddressRange> ServiceRanges { get; }

    /// <summary>Whether packets to cluster addresses may have to be masqueraded.</summary>
    internal bool MasqueradesClusterIPs => Node.MasqueradeAll || Node.CanTellPods(Family);

    private bool ServesLoopback => Node.LocalhostNodePorts && Family == IPFamily.IPv4;

    /// <summary>An empty transaction for the table.</summary>
    public NftTransaction NewTransaction() => new(TableFamilies.Of(Family), TableName, Sets);

    /// <summary>Whether the table has a set.</summary>
    public bool Has(TableSet set) => _indexes[(int)set] != Absent;

    /// <summary>A set's index in <see cref="Sets"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The table does not have it.</exception>
    public byte IndexOf(TableSet set) => Has(set) ? _indexes[(int)set] : throw new ArgumentOutOfRangeException(nameof(set), set, "the table has no such set");

    /// <summary>Which set has an index in <see cref="Sets"/>.</summary>
    public TableSet RoleOf(int index) => _roles[index];

    /// <summary>
    /// Whether a kernel's table can become this one by changes: its sets are these, and no base chain of the same name is called
    /// elsewhere. Else it must be removed and made anew, both in one batch.
    /// </summary>
    public bool Fits(Table table)
    {
        ArgumentNullException.ThrowIfNull(table);
        return table.Sets.Select(s => s with { Elements = [], Comment = null }).SequenceEqual(Sets) && !table.IsDormant &&
            FixedChains.Concat(MakeAffinityChains()).All(c => table.FindChain(c.Name) is not { } there || there.Base == c.Base);
    }

    /// <summary>Whether a chain is there with or without Services.</summary>
    internal bool IsFixed(string name) => FixedChains.Any(c => c.Name == name);

    /// <summary>Whether a chain is there when clients are remembered.</summary>
    internal static bool IsForAffinity(string name) => name is TableChains.Learn or TableChains.AffinityInput or TableChains.AffinityPostrouting;

    /// <summary>The chains that only session affinity needs, besides those that learn; base chains last.</summary>
    internal IEnumerable<Chain> MakeAffinityChains()
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
    internal Chain Make(PlannedVerdict verdict)
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
    internal static PlannedVerdict LeadsTo(PlannedVerdict verdict) => (verdict.Kind, verdict.Chain) switch
    {
        (VerdictKind.Draw, CountedChain.Cluster or CountedChain.External) => verdict with { Chain = CountedChain.Pick },
        (VerdictKind.Draw, CountedChain.NodePortExternal) => verdict with { Chain = CountedChain.NodePortPick },
        (VerdictKind.Draw, _) when verdict.IsAffine => verdict with { IsAffine = false },
        _ => PlannedVerdict.None,
    };

    private bool IsNeeded(TableSet set) => set switch
    {
        TableSet.NodePortIPs => !Node.ServesNodePortsEverywhere(Family),
        TableSet.HealthCheckPorts => Options.AcceptHealthChecks,
        _ => Options.Counters || !TableSets.IsCounted(set),
    };

    private EquatableArray<Rule> MakeWay(PlannedVerdict verdict, string next) => verdict.Chain switch
    {
        CountedChain.Cluster => [Rule(Node.MasqueradeAll ? null : _words.IsFromPod(Node.LocalDetector, inverted: true), _words.SetMark()), Rule(new Verdict.Goto(next))],
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

    private IEnumerable<Chain> MakeFixedChains()
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
        if (Options.Counters)
        {
            rules.Add(Rule(IsIn(_words.Address, TableSet.CountedConnections)));
        }

        rules.Add(Rule(Lookup(_words.Address, TableSet.ServiceIPs)));
        if (Options.Counters)
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
        if (Has(TableSet.NodePortIPs))
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

    private Prefix Loopback => Family == IPFamily.IPv4 ? Prefix.Parse("127.0.0.0/8") : Prefix.Parse("::1");

    // Local policy keeps the address of clients outside; pods and the node itself are not sent away because endpoints are elsewhere.
    private Chain MakeExternalLocal(string name, NftExpression key, TableSet shortCircuits, TableSet locals)
    {
        var rules = new List<Rule>();
        if (_words.IsFromPod(Node.LocalDetector, inverted: false) is { } isFromPod)
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
        if (Options.DropInvalid)
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

        if (Options.AcceptHealthChecks)
        {
            yield return Base(TableChains.HealthCheckInput, ChainType.Filter, Hook.Input, 0, Rule(IsIn(NodePort, TableSet.HealthCheckPorts), Verdict.Accept.Instance));
        }

        if (Options.Counters)
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
