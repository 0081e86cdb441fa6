using System.Text;
using Sluice.Netfilter.Text;

namespace Sluice.Netfilter.Ipsets;

/// <summary>Reads what <c>ipset list</c> prints, plain or as XML: heads of sets, and their members below.</summary>
internal sealed class SetListing(IpSetDrafts drafts)
{
    private string? _name;
    private SourceSpan _source;
    private bool _isInMembers;

    /// <summary>The set that is being listed; null between sets.</summary>
    public IpSetDraft? Current { get; private set; }

    /// <summary>A new source begins, or lines of something else have come.</summary>
    public void End()
    {
        if (_name is not null)
        {
            // "Name:" without a type below it is of some other program, or the copy ends there.
            drafts.Note(_source, "not a rule", ReaderNoteKind.Remark);
        }

        (_name, Current, _isInMembers) = (null, null, false);
    }

    /// <summary>Reads a line of the plain form; false when it is none.</summary>
    public bool TryLine(ReadOnlySpan<byte> line, SourceSpan span)
    {
        if (TryField(line, "Name: "u8, out var value) && value.IndexOf((byte)' ') < 0)
        {
            return Begin(value, span);
        }

        if (_name is not null && TryField(line, "Type: "u8, out value))
        {
            return SetType(value, span);
        }

        if (Current is not { } set)
        {
            return false;
        }

        if (_isInMembers)
        {
            return TryMember(set, line, span);
        }

        if (TryField(line, "Header: "u8, out value))
        {
            drafts.ReadOptions(set, value, span);
        }
        else if (TryField(line, "Number of entries: "u8, out value))
        {
            SetCount(set, value);
        }
        else if (line.SequenceEqual("Members:"u8))
        {
            _isInMembers = set.ShowsMembers = true;
        }
        else
        {
            return line.StartsWith("Revision: "u8) || line.StartsWith("Size in memory: "u8) || line.StartsWith("References: "u8) || line.SequenceEqual("Header:"u8);
        }

        return true;
    }

    /// <summary>Reads a line of XML; false when it is none of ipset's.</summary>
    public bool TryXml(ReadOnlySpan<byte> line, SourceSpan span)
    {
        if (line.StartsWith("<ipset name=\""u8))
        {
            var rest = line["<ipset name=\""u8.Length..];
            var quote = rest.IndexOf((byte)'"');
            return quote > 0 && rest[..quote].IndexOfAny(" \t"u8) < 0 && Begin(rest[..quote], span);
        }

        if (_name is not null && SetXml.Content(line, "type"u8) is { IsEmpty: false } type)
        {
            return SetType(type, span);
        }

        if (Current is { ShowsMembers: false } set && line.StartsWith("<header>"u8))
        {
            drafts.ReadOptions(set, SetXml.Words(line["<header>"u8.Length..]), span);
        }
        else if (Current is { } counted && SetXml.Content(line, "numentries"u8) is { IsEmpty: false } count)
        {
            SetCount(counted, count);
        }
        else if (Current is { } filled && line.StartsWith("<members>"u8))
        {
            filled.ShowsMembers = true;
        }
        else if (Current is { } owner && line.StartsWith("<member>"u8))
        {
            drafts.AddEntries(owner, SetXml.Words(SetXml.Content(line, "member"u8)), span);
        }
        else if (line.StartsWith("<ipsets>"u8))
        {
            drafts.Seen();
        }
        else
        {
            return line.StartsWith("</ipset"u8) || line.StartsWith("</members>"u8) || line.StartsWith("</header>"u8) ||
                (Current is not null && (line.StartsWith("<revision>"u8) || line.StartsWith("<memsize>"u8) || line.StartsWith("<references>"u8)));
        }

        return true;
    }

    private bool Begin(ReadOnlySpan<byte> name, SourceSpan span)
    {
        End();
        (_name, _source) = (Encoding.UTF8.GetString(name), span);
        return true;
    }

    private bool SetType(ReadOnlySpan<byte> text, SourceSpan span)
    {
        if (IpSetType.Find(Encoding.UTF8.GetString(text)) is not { } type)
        {
            drafts.Note(span, $"set {_name} is of a type that is not known: not read");
            End();
            return true;
        }

        Current = drafts.Begin(_name!, type, _source);
        _name = null;
        return true;
    }

    private static void SetCount(IpSetDraft set, ReadOnlySpan<byte> text) => set.Announced = Utf8Number.TryParse(text, out uint count) ? count : null;

    private bool TryMember(IpSetDraft set, ReadOnlySpan<byte> line, SourceSpan span)
    {
        // Before ipset 6.33 a listing did not say how many there are.
        if (set.Announced <= set.Shown || !LooksLikeMember(set, line))
        {
            return false;
        }

        drafts.AddEntries(set, line, span);
        return true;
    }

    // A member that cannot be read (a name in the place of an address) still has the shape of one: a word, and options.
    private static bool LooksLikeMember(IpSetDraft set, ReadOnlySpan<byte> line)
    {
        var words = new SetWords(line);
        var element = words.Take();
        return (words.IsAtEnd || EntryReader.IsOption(words.Take())) &&
            (ElementReader.Read(set.Shape, element) is not null || element[1..].IndexOf((byte)',') >= 0 || element[1..].IndexOf((byte)'.') >= 0);
    }

    private static bool TryField(ReadOnlySpan<byte> line, ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        value = line.StartsWith(name) ? line[name.Length..].Trim((byte)' ') : default;
        return !value.IsEmpty;
    }
}
