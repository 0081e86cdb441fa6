using Sluice.Dataplane.Services;
using Sluice.Net;
using Sluice.Netfilter;
using Sluice.Netfilter.Text;

namespace Sluice.Input;

/// <summary>A node as a verb gets it: read from files, standard input, or the live node.</summary>
/// <param name="Snapshot">The node.</param>
/// <param name="Notes">What the reader remarked and may change an answer.</param>
/// <param name="Where">What it was read from, for messages.</param>
internal sealed record NodeInput(NodeSnapshot Snapshot, IReadOnlyList<ReaderNote> Notes, string Where)
{
    private const int MaxNotes = 5;

    private IReadOnlyList<ServiceInfo>? _services;

    /// <summary>The Services it serves; looked for when first asked.</summary>
    public IReadOnlyList<ServiceInfo> Services => _services ??= ServiceFinder.FindAll(Snapshot);

    /// <summary>Reads the paths; without any, the live node.</summary>
    public static NodeInput Read(IReadOnlyList<string> paths, string? table, CommandIO io)
    {
        var where = paths.Count == 0 ? "this node" : string.Join(", ", paths.Select(p => p == "-" ? "standard input" : p));
        using var progress = Progress.Start(io, "reading " + where);
        return Of(paths.Count == 0 ? LiveSources.Read() : FileSources.Read(paths, io), table, where);
    }

    /// <summary>Reads sources that are already in memory.</summary>
    public static NodeInput Of(Sources sources, string? table, string where)
    {
        var read = SnapshotReader.Read(sources.All, table);
        foreach (var problem in read.Problems)
        {
            if (!sources.MayBeUseless(problem.Source))
            {
                throw new CommandFailure(Message(problem));
            }
        }

        return read.Snapshot.Ruleset.Tables.Count > 0 || read.Snapshot.Ipsets is not null || read.Snapshot.Ipvs is not null
            ? new NodeInput(read.Snapshot, [.. read.Notes.Where(n => n.MattersToAnswers)], where)
            : throw new CommandFailure(read.Problems.Count > 0
                ? Message(read.Problems[0])
                : $"{where} holds no rules: add what iptables-save, iptables -S, iptables -L, nft list ruleset or ipvsadm -Sn prints");
    }

    /// <summary>Fails when the node has neither rules nor virtual servers for packets of the family.</summary>
    public void Require(IPFamily family)
    {
        if (Snapshot.Ruleset.Tables.Count == 0 && Snapshot.Ipvs is null)
        {
            throw new CommandFailure($"{Where} holds ipsets, but no rules that ask them: add what iptables-save prints with --file");
        }

        if (!Snapshot.Ruleset.Of(family).Any() && Snapshot.Ipvs?.Servers.Any(s => s.Key.PacketFamily == family) != true)
        {
            throw new CommandFailure(family == IPFamily.IPv6
                ? $"the packet is IPv6, but {Where} holds IPv4 rules only: add what ip6tables-save prints with --file"
                : $"the packet is IPv4, but {Where} holds IPv6 rules only: add what iptables-save prints with --file");
        }
    }

    /// <summary>Tells the person what in the sources may change an answer.</summary>
    public void AddNotes(CommandIO io)
    {
        io.Notes.AddRange(Notes.Take(MaxNotes).Select(n => n.ToString()));
        if (Notes.Count > MaxNotes)
        {
            io.Notes.Add($"{Notes.Count - MaxNotes} more like these");
        }
    }

    private static string Message(ReaderProblem problem)
    {
        var name = problem.Source.Name == "-" ? "standard input" : problem.Source.Name;
        var place = problem.Line is { } line ? $"{name}, line {line}," : name;
        return $"{place} {problem.Message}{(problem.Message.Contains(": ", StringComparison.Ordinal) ? "" : ": give what iptables-save prints")}";
    }
}
