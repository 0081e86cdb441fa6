using Sluice.Kubernetes.Intent;
using Sluice.Net;
using Sluice.Netfilter.Nftables.Changes;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Rules.Sets;

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

    private readonly byte[] _indexes = new byte[TableSets.Count];
    private readonly TableSet[] _roles;

    /// <summary>The layout for a node.</summary>
    public NftablesLayout(NftablesPlanOptions options, NodeProfile node)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(node);
        (Options, Node) = (options, node);
        _roles = [.. Enum.GetValues<TableSet>().Where(IsNeeded)];
        Array.Fill(_indexes, Absent);
        for (var i = 0; i < _roles.Length; i++)
        {
            _indexes[(int)_roles[i]] = (byte)i;
        }

        Sets = _roles.Select(s => TableSets.Make(s, options)).ToEquatableArray();
        Chains = new ChainMaker(this);
        FixedChains = Chains.MakeFixed().ToEquatableArray();
        NodePortIPs = Has(TableSet.NodePortIPs) ? node.LocalAddresses.Where(a => a.Family == Family && node.ServesNodePorts(a)).Distinct().ToEquatableArray() : [];
        var ranges = node.ServiceCidrs.Where(c => c.Family == Family).Select(AddressRange.Of).ToList();
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

    /// <summary>
    /// The indexes of the sets that are to be read, in an order in which those behind can be told from those before
    /// (<see cref="NftablesDump.KeysOf"/>). The map <c>affinity</c> is not among them: only the kernel writes it.
    /// </summary>
    public IEnumerable<int> ReadingOrder => Enumerable.Range(0, Sets.Count).Where(s => RoleOf(s) != TableSet.Affinity).OrderBy(s => ElementKeys.StageOf(RoleOf(s)));

    /// <summary>Makes its chains.</summary>
    internal ChainMaker Chains { get; }

    /// <summary>The addresses that serve node ports, where not all do; else empty.</summary>
    internal EquatableArray<NetAddress> NodePortIPs { get; }

    /// <summary>Where cluster addresses come from, sorted, none touching another.</summary>
    internal EquatableArray<AddressRange> ServiceRanges { get; }

    /// <summary>Whether packets to cluster addresses may have to be masqueraded.</summary>
    internal bool MasqueradesClusterIPs => Node.MasqueradeAll || Node.CanTellPods(Family);

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
            FixedChains.Concat(Chains.MakeAffinity()).All(c => table.FindChain(c.Name) is not { } there || there.Base == c.Base);
    }

    /// <summary>Whether a chain is there with or without Services.</summary>
    internal bool IsFixed(string name) => FixedChains.Any(c => c.Name == name);

    /// <summary>Whether a chain is there when clients are remembered.</summary>
    internal static bool IsForAffinity(string name) => name is TableChains.Learn or TableChains.AffinityInput or TableChains.AffinityPostrouting;

    private bool IsNeeded(TableSet set) => set switch
    {
        TableSet.NodePortIPs => !Node.ServesNodePortsEverywhere(Family),
        TableSet.HealthCheckPorts => Options.AcceptHealthChecks,
        _ => Options.Counters || !TableSets.IsCounted(set),
    };
}
