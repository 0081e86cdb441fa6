using System.Text;
using Sluice.Netfilter.Iptables;
using Sluice.Netfilter.Text;

namespace Sluice.Netfilter.Ipsets;

/// <summary>Reads the lines of <c>ipset save</c>, and calls of ipset in scripts and terminal copies.</summary>
internal sealed class SetCommandLines(IpSetDrafts drafts)
{
    /// <summary>The set that the last command was about; null before the first.</summary>
    public IpSetDraft? Current { get; private set; }

    /// <summary>A new source begins, or lines of something else have come.</summary>
    public void End() => Current = null;

    /// <summary>Whether a line is one of ipset's, though its first words may mean something to nft.</summary>
    public bool IsCommand(ReadOnlySpan<byte> line)
    {
        var words = new SetWords(line.TrimEnd((byte)'\r'));
        var verb = words.Take();
        var name = words.Take();
        return verb.SequenceEqual("create"u8) ? TypeOf(words.Take()) is not null
            : verb.SequenceEqual("add"u8) && !words.IsAtEnd && drafts.Find(Encoding.UTF8.GetString(name)) is not null;
    }

    /// <summary>Reads <c>create NAME TYPE ...</c> or <c>add NAME ENTRY ...</c>; false when the line is neither.</summary>
    public bool TryLine(ReadOnlySpan<byte> line, SourceSpan span)
    {
        var verb = WordAt(ref line);
        var name = WordAt(ref line);
        if (verb.SequenceEqual("add"u8))
        {
            return TryAdd(Encoding.UTF8.GetString(name), line, span);
        }

        return verb.SequenceEqual("create"u8) && TypeOf(WordAt(ref line)) is { } type && Create(Encoding.UTF8.GetString(name), type, line, span);
    }

    /// <summary>Reads a call of ipset that makes or fills a set: <c>$ sudo ipset add NAME ENTRY</c>; false when the line has none.</summary>
    public bool TryCall(ReadOnlySpan<byte> line, SourceSpan span)
    {
        if (line.IndexOf("ipset"u8) < 0)
        {
            return false;
        }

        var words = ShellWords.Split(Encoding.UTF8.GetString(line));
        var program = words.FindIndex(w => w == "ipset" || w.EndsWith("/ipset", StringComparison.Ordinal));
        if (program < 0)
        {
            return false;
        }

        var arguments = words.Skip(program + 1).TakeWhile(w => !ShellWords.EndsCommand(w)).Select(w => w.TrimEnd(';')).ToList();
        var exists = arguments.RemoveAll(w => w is "-exist" or "-!" or "-q" or "-quiet" or "--exist" or "--quiet") > 0;
        var verb = arguments.FirstOrDefault() switch
        {
            "create" or "-N" or "--create" or "n" => "create",
            "add" or "-A" or "--add" => "add",
            _ => null,
        };
        return verb is not null &&
            TryLine(Encoding.UTF8.GetBytes($"{verb} {string.Join(' ', arguments.Skip(1))}{(exists ? " -exist" : "")}"), span);
    }

    private bool TryAdd(string name, ReadOnlySpan<byte> entry, SourceSpan span)
    {
        if (entry.IsEmpty)
        {
            return false;
        }

        if (drafts.Find(name) is { } draft)
        {
            Current = draft;
            drafts.AddEntries(draft, entry, span);
            return true;
        }

        // Prose begins with "add" too: an entry begins with an address or a number.
        if (entry[0] is not (>= (byte)'0' and <= (byte)'9') && entry[..Math.Min(entry.Length, 5)].IndexOf((byte)':') < 0)
        {
            return false;
        }

        drafts.NoteUnknown(name, span);
        return true;
    }

    private bool Create(string name, IpSetType type, ReadOnlySpan<byte> options, SourceSpan span)
    {
        // "-exist": a set that is there already is no fault, and stays as it is.
        if (options.EndsWith("-exist"u8) && drafts.Find(name) is { } known && known.Shape.Type == type)
        {
            Current = known;
            return true;
        }

        Current = drafts.Begin(name, type, span);
        Current.ShowsMembers = true;
        drafts.ReadOptions(Current, options, span);
        return true;
    }

    private static IpSetType? TypeOf(ReadOnlySpan<byte> word) =>
        word.Length is > 4 and < 32 && word.IndexOf((byte)':') > 0 ? IpSetType.Find(Encoding.UTF8.GetString(word)) : null;

    private static ReadOnlySpan<byte> WordAt(ref ReadOnlySpan<byte> line)
    {
        var end = line.IndexOfAny(" \t"u8);
        var word = end < 0 ? line : line[..end];
        line = end < 0 ? default : line[end..].TrimStart(" \t"u8);
        return word;
    }
}
