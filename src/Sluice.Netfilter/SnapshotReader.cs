using Sluice.Netfilter.Iptables;
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
        var dump = new DumpReader(notes, table);
        foreach (var source in sources)
        {
            dump.BeginSource();
            ReadLines(source, dump, notes);
        }

        return new SnapshotReadResult(new NodeSnapshot(dump.Build()), notes);
    }

    private static void ReadLines(SourceText source, DumpReader dump, List<ReaderNote> notes)
    {
        var bytes = source.Bytes.Span;
        int start = 0, number = 0;
        while (start < bytes.Length)
        {
            number++;
            var length = bytes[start..].IndexOf((byte)'\n');
            length = length < 0 ? bytes.Length - start : length;
            var span = new SourceSpan(source, number, start, length);
            if (!dump.TryLine(bytes.Slice(start, length), span))
            {
                notes.Add(new ReaderNote(span, "not a rule"));
            }

            start += length + 1;
        }
    }
}

/// <summary>What was read.</summary>
/// <param name="Snapshot">The node.</param>
/// <param name="Notes">Lines that were not understood or deserve a remark, in order.</param>
public sealed record SnapshotReadResult(NodeSnapshot Snapshot, IReadOnlyList<ReaderNote> Notes);
