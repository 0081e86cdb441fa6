using Sluice.Netfilter.Iptables;
using Sluice.Netfilter.Ipvs;
using Sluice.Netfilter.Text;

namespace Sluice.Netfilter;

/// <summary>Finds what is of IPVS in a source, in every form that ipvsadm prints, and hands it to its readers.</summary>
internal sealed class IpvsFeed
{
    private readonly IpvsDrafts _drafts;
    private readonly ServerCommandLines _commands;
    private readonly ServerListing _listing;
    private bool _isInside;

    public IpvsFeed(List<ReaderNote> notes)
    {
        _drafts = new IpvsDrafts(notes);
        _commands = new ServerCommandLines(_drafts);
        _listing = new ServerListing(_drafts);
    }

    /// <summary>A new source begins, or lines of something else have come.</summary>
    public void End()
    {
        if (_isInside)
        {
            _listing.End();
            _isInside = false;
        }
    }

    /// <summary>Reads a line; false when it is none of ipvsadm's.</summary>
    public bool TryLine(ReadOnlySpan<byte> line, SourceSpan span)
    {
        var taken = line[0] switch
        {
            (byte)'-' => _commands.TryLine(line, span) || _listing.TryLine(line, span),
            (byte)'I' or (byte)'P' or (byte)'T' or (byte)'U' or (byte)'S' or (byte)'F' => _listing.TryLine(line, span),
            _ => false,
        } || (_isInside && TryCut(line, span));
        _isInside |= taken;
        return taken;
    }

    /// <summary>Reads a call of ipvsadm behind a prompt or in a script; false when the line has none that makes or changes a server.</summary>
    public bool TryCall(ReadOnlySpan<byte> line, SourceSpan span) => _commands.TryCall(line, span);

    /// <summary>The virtual servers; null when the sources hold nothing of IPVS.</summary>
    public IpvsTable? Build() => _drafts.IsEmpty ? null : _drafts.Build();

    // Somebody left out lines between servers.
    private bool TryCut(ReadOnlySpan<byte> line, SourceSpan span)
    {
        if (!CutMark.Is(line))
        {
            return false;
        }

        _drafts.Note(span, "virtual or real servers were left out here", ReaderNoteKind.RulesCut);
        return true;
    }
}
