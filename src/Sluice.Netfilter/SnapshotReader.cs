using Sluice.Netfilter.Text;

namespace Sluice.Netfilter;

/// <summary>Reads everything people save of a node, in any order and mixture, into one snapshot. It never throws on content.</summary>
public static class SnapshotReader
{
    /// <summary>Reads the sources as parts of one node.</summary>
    /// <param name="sources">The files.</param>
    /// <param name="table">The table that listings are of when they do not say; null to infer it from their chains.</param>
    public static SnapshotReadResult Read(IEnumerable<SourceText> sources, string? table = null)
    {
        var notes = new List<ReaderNote>();
        var problems = new List<ReaderProblem>();
        var feeds = new SnapshotFeeds(notes, table);
        foreach (var source in sources)
        {
            var text = source;
            if (SourceProbe.FindProblem(ref text) is { } problem)
            {
                problems.Add(new ReaderProblem(source, Line: null, problem));
                continue;
            }

            var reader = new SourceReader(text, feeds, notes);
            reader.Read();
            if (reader.Problem is { } found)
            {
                problems.Add(found);
            }
        }

        return new SnapshotReadResult(feeds.Build(), notes) { Problems = problems };
    }
}
