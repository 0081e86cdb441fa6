using Sluice.Dataplane.Migration;
using Sluice.Dataplane.Planning;
using Sluice.Dataplane.Planning.Ipvs;
using Sluice.Net;
using Sluice.Netfilter;

namespace Sluice.Input;

/// <summary>Makes the sides of a comparison out of the words for them.</summary>
/// <param name="modes">The cluster in each mode; null when none is given.</param>
/// <param name="io">What dumps are read from, and what gets remarks.</param>
internal sealed class DiffSides(ClusterModes? modes, CommandIO io)
{
    private const string Live = "live";

    private readonly Dictionary<string, NodeInput> _read = new(StringComparer.Ordinal);

    /// <summary>Whether a word is a mode's name.</summary>
    public static bool IsMode(string word) => ClusterModes.Names.Contains(word, StringComparer.Ordinal);

    /// <summary>A side.</summary>
    /// <param name="word">A mode, <c>live</c>, or the path of a dump.</param>
    /// <param name="family">The family.</param>
    /// <exception cref="CommandFailure">It cannot be had.</exception>
    public MigrationSide Of(string word, IPFamily family)
    {
        try
        {
            if (IsMode(word))
            {
                var planned = modes!.Of(word, family);
                return new MigrationSide(word, planned.Mode.Plan(planned.Cluster)) { Mode = word, Intent = planned.Cluster };
            }

            var snapshot = Read(word).Snapshot;
            var name = word == Live ? "this node" : word;
            var mode = ModeOf(snapshot, family);
            if (modes is null || mode is null)
            {
                return new MigrationSide(name, snapshot) { Mode = mode };
            }

            // Without addresses of its own a dump is of the cluster's node.
            var own = modes.Of(mode, family);
            var reference = own.Mode.Plan(own.Cluster);
            snapshot = snapshot.Interfaces is null ? snapshot with { Interfaces = reference.Interfaces } : snapshot;
            return new MigrationSide(name, snapshot)
            {
                Mode = mode,
                Intent = own.Cluster,
                Reference = reference with { Interfaces = snapshot.Interfaces, Routing = snapshot.Routing },
            };
        }
        catch (ArgumentException e)
        {
            throw new CommandFailure(e.Message);
        }
    }

    /// <summary>The families that every dump among the words has rules of.</summary>
    /// <param name="words">The sides.</param>
    /// <param name="families">The families asked for.</param>
    public IReadOnlyList<IPFamily> FamiliesOf(IEnumerable<string> words, IEnumerable<IPFamily> families)
    {
        var dumps = words.Where(w => !IsMode(w)).ToList();
        return [.. families.Where(f => dumps.TrueForAll(d => Read(d).Snapshot.Ruleset.Of(f).Any() || Read(d).Services.Any(s => s.Family == f)))];
    }

    private NodeInput Read(string word)
    {
        if (!_read.TryGetValue(word, out var node))
        {
            _read[word] = node = NodeInput.Read(word == Live ? [] : [word], table: null, io);
            node.AddNotes(io);
        }

        return node;
    }

    private static string? ModeOf(NodeSnapshot snapshot, IPFamily family)
    {
        if (snapshot.Ruleset.Of(family).Any(t => t.IsNative && t.Name is "sluice" or "kube-proxy"))
        {
            return "nftables";
        }

        // Virtual servers alone may be of another program: iptables mode has none, and no such chain.
        var nat = snapshot.Ruleset.Find(family, "nat");
        var isService = nat?.FindChain(SharedChains.Services) is not null;
        return snapshot.Ipvs is { Servers.Count: > 0 } && (!isService || nat?.FindChain(IpvsChains.LoadBalancer) is not null) ? "ipvs"
            : isService ? "iptables"
            : null;
    }
}
