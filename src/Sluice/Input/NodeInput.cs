using Sluice.Dataplane.Services;
using Sluice.Netfilter;
using Sluice.Netfilter.Net;
using Sluice.Netfilter.Text;

namespace Sluice.Input;

/// <summary>A node as a verb gets it: read from files, standard input, or the live node.</summary>
/// <param name="Snapshot">The node.</param>
/// <param name="Notes">What the reader remarked.</param>
/// <param name="Where">What it was read from, for messages.</param>
internal sealed record NodeInput(NodeSnapshot Snapshot, IReadOnlyList<ReaderNote> Notes, string Where)
{
    private IReadOnlyList<ServiceInfo>? _services;

    /// <summary>The Services its rules serve; looked for when first asked.</summary>
    public IReadOnlyList<ServiceInfo> Services => _services ??= ServiceFinder.FindAll(Snapshot.Ruleset);

    /// <summary>Reads the paths; without any, the live node.</summary>
    public static NodeInput Read(IReadOnlyList<string> paths, string? table, CommandIO io)
    {
        using var progress = Progress.Start(io, paths.Count == 0 ? "reading this node" : "reading " + string.Join(", ", paths));
        var sources = paths.Count == 0 ? LiveSources.Read() : FileSources.Read(paths, io);
        return Of(sources, table, paths.Count == 0 ? "this node" : string.Join(", ", paths));
    }

    /// <summary>Reads sources that are already in memory.</summary>
    public static NodeInput Of(IReadOnlyList<SourceText> sources, string? table, string where)
    {
        var read = SnapshotReader.Read(sources, table);
        return read.Snapshot.Ruleset.Tables.Count > 0
            ? new NodeInput(read.Snapshot, read.Notes, where)
            : throw new CommandFailure($"{where} holds no iptables rules: give the output of iptables-save, iptables -S or iptables -L -n");
    }

    /// <summary>Fails when the node has no rules for packets of the family.</summary>
    public void Require(IPFamily family)
    {
        if (!Snapshot.Ruleset.Of(family).Any())
        {
            throw new CommandFailure(family == IPFamily.IPv6
                ? $"the packet is IPv6, but {Where} holds IPv4 rules only: add the output of ip6tables-save with --file"
                : $"the packet is IPv4, but {Where} holds IPv6 rules only: add the output of iptables-save with --file");
        }
    }
}
