using Sluice.Netfilter.Iptables;
using Sluice.Netfilter.Text;

namespace Sluice.Netfilter;

/// <summary>Reads one source line by line and hands each line to the reader that knows it.</summary>
internal sealed class SourceReader(SourceText source, SnapshotFeeds feeds, List<ReaderNote> notes)
{
    private const int LongestLine = 1 << 20;

    private readonly bool _isClean = !LineCleaner.IsNeeded(source.Bytes.Span);
    private readonly ContinuedLine _command = new();
    private bool _hasOther;

    /// <summary>Why nothing of the source could be read; null when something was.</summary>
    public ReaderProblem? Problem { get; private set; }

    public void Read()
    {
        feeds.BeginSource();
        var before = feeds.Dump.BlockCount;
        var bytes = source.Bytes.Span;
        int start = bytes.StartsWith("\uFEFF"u8) ? 3 : 0, number = 1;
        while (start < bytes.Length)
        {
            var rest = bytes[start..];
            var length = RoutingFeed.ArrayLength(rest);
            if (length > 0)
            {
                ReadArray(new SourceSpan(source, number, start, length));
                number += rest[..length].Count((byte)'\n');
                start += length;
                continue;
            }

            var end = _command.IsOpen || feeds.Ipsets.Claims(rest) ? 0 : feeds.Nftables.TryRead(source, start, number);
            if (end > 0)
            {
                // What came before ends here.
                feeds.Dump.BeginSource();
                feeds.Routing.BeginSource();
                feeds.EndListings();
                _hasOther = true;
                number += bytes[start..end].Count((byte)'\n');
                start = end;
                continue;
            }

            length = rest.IndexOf((byte)'\n');
            var isLast = length < 0;
            length = isLast ? rest.Length : length;
            ReadLine(rest[..length], new SourceSpan(source, number++, start, length), isLast);
            start += length + 1;
        }

        ReadCommand();
        if (feeds.Dump.BlockCount == before && !_hasOther)
        {
            Problem = new ReaderProblem(
                source,
                Line: null,
                "holds no rules: give what iptables-save, iptables -S, iptables -L, nft list ruleset, ipset save or ipvsadm -Sn prints");
        }
    }

    private void ReadLine(ReadOnlySpan<byte> line, SourceSpan span, bool isLast)
    {
        if (!_isClean)
        {
            line = LineCleaner.Clean(line.TrimEnd((byte)'\r'));
        }

        var indented = line;
        if (line is not [> (byte)' ', .., > (byte)' '])
        {
            indented = line.TrimEnd(" \t\r"u8);
            line = indented.TrimStart(" \t"u8);
            if (line.IsEmpty)
            {
                return;
            }
        }

        if (_command.IsOpen || (line[^1] == '\\' && line.IndexOf("tables "u8) >= 0))
        {
            if (_command.Add(line, span) && !isLast)
            {
                return;
            }

            ReadCommand();
            return;
        }

        ReadText(line, indented, span, isLast);
    }

    private void ReadCommand()
    {
        var command = _command.Text.Trim((byte)' ');
        if (!command.IsEmpty)
        {
            ReadText(command, command, _command.Span, isLast: false);
        }

        _command.Clear();
    }

    private void ReadText(ReadOnlySpan<byte> line, ReadOnlySpan<byte> indented, SourceSpan span, bool isLast)
    {
        if (line.Length > LongestLine)
        {
            notes.Add(new ReaderNote(span, "the line is too long: not read"));
        }
        else if (feeds.Ipsets.TryLine(line, span))
        {
            feeds.Routing.End();
            feeds.Ipvs.End();
            _hasOther = true;
        }
        else if (feeds.Ipvs.TryLine(line, span))
        {
            feeds.Routing.End();
            feeds.Ipsets.End();
            _hasOther = true;
        }
        else if (isLast ? feeds.Dump.TryLastLine(line, span) : feeds.Dump.TryLine(line, span))
        {
            feeds.EndListings();
        }
        else if (feeds.Routing.TryLine(indented, span))
        {
            feeds.Ipsets.End();
            feeds.Ipvs.End();
            _hasOther = true;
        }
        else if (feeds.Nftables.TryRemark(line))
        {
            feeds.EndListings();
        }
        else if (line[0] != '#' && (feeds.Ipsets.TryCall(line, span) || feeds.Ipvs.TryCall(line, span)))
        {
            // Behind a # a change is more likely one that a script has taken out.
            _hasOther = true;
        }
        else
        {
            notes.Add(new ReaderNote(span, "not a rule", ReaderNoteKind.Remark));
        }
    }

    private void ReadArray(SourceSpan span)
    {
        if (feeds.Routing.TryArray(span))
        {
            _hasOther = true;
        }
        else
        {
            notes.Add(new ReaderNote(span, "a document that holds nothing of routing", ReaderNoteKind.Remark));
        }
    }
}
