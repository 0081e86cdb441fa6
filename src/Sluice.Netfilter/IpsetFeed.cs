using Sluice.Netfilter.Ipsets;
using Sluice.Netfilter.Iptables;
using Sluice.Netfilter.Text;

namespace Sluice.Netfilter;

/// <summary>Finds what is of ipset in a source, in every form that ipset prints, and hands it to its readers.</summary>
internal sealed class IpsetFeed
{
    private readonly IpSetDrafts _drafts;
    private readonly SetCommandLines _commands;
    private readonly SetListing _listing;
    private bool _isInside;

    public IpsetFeed(List<ReaderNote> notes)
    {
        _drafts = new IpSetDrafts(notes);
        _commands = new SetCommandLines(_drafts);
        _listing = new SetListing(_drafts);
    }

    /// <summary>A new source begins, or lines of something else have come.</summary>
    public void End()
    {
        if (_isInside)
        {
            _commands.End();
            _listing.End();
            _isInside = false;
        }
    }

    /// <summary>Whether the line that begins here is one of <c>ipset save</c> that nft would take for its own: a set may be called "table".</summary>
    public bool Claims(ReadOnlySpan<byte> text)
    {
        if (text is not [(byte)'c', (byte)'r', ..] and not [(byte)'a', (byte)'d', ..])
        {
            return false;
        }

        var end = text.IndexOf((byte)'\n');
        return _commands.IsCommand(end < 0 ? text : text[..end]);
    }

    /// <summary>Reads a line; false when it is none of ipset's.</summary>
    public bool TryLine(ReadOnlySpan<byte> line, SourceSpan span)
    {
        var taken = line[0] switch
        {
            (byte)'a' or (byte)'c' when _commands.TryLine(line, span) => true,
            (byte)'<' => _listing.TryXml(line, span),
            (byte)'N' when _listing.TryLine(line, span) => true,
            _ => _isInside && (_listing.TryLine(line, span) || TryCut(line, span)),
        };
        _isInside |= taken;
        return taken;
    }

    /// <summary>Reads a call of ipset behind a prompt or in a script; false when the line has none that makes or fills a set.</summary>
    public bool TryCall(ReadOnlySpan<byte> line, SourceSpan span) => _commands.TryCall(line, span);

    /// <summary>The sets; null when the sources hold none.</summary>
    public IpSetTable? Build() => _drafts.IsEmpty ? null : _drafts.Build();

    // Somebody left out lines between entries.
    private bool TryCut(ReadOnlySpan<byte> line, SourceSpan span)
    {
        if ((_commands.Current ?? _listing.Current) is not { } set || !CutMark.Is(line))
        {
            return false;
        }

        set.LacksEntries = true;
        _drafts.Note(span, $"entries of set {set.Shape.Name}, and maybe sets after it, were left out here", ReaderNoteKind.RulesCut);
        return true;
    }
}
