using Sluice.Net;
using Sluice.Netfilter.Text;

namespace Sluice.Netfilter.Routing;

/// <summary>
/// Gathers a node's interfaces from the lines of <c>ip address</c> (plain, <c>-o</c>, <c>-br</c>, <c>-4</c>, <c>-6</c>,
/// <c>-d</c>, <c>-s</c>) and <c>ip link</c>, and from commands (<c>ip address add</c>). Lines of other things may stand between them; several outputs add up.
/// </summary>
public sealed class InterfaceTableBuilder
{
    private readonly List<InterfaceDraft> _drafts = [];
    private readonly Dictionary<string, InterfaceDraft> _byName = [];
    private readonly List<ReaderNote> _notes = [];
    private InterfaceDraft? _current;

    /// <summary>Whether nothing was read yet.</summary>
    public bool IsEmpty => _drafts.Count == 0;

    /// <summary>What could not be read.</summary>
    public IReadOnlyList<ReaderNote> Notes => _notes;

    /// <summary>Whether a line begins the description of an interface: <c>2: eth0: &lt;UP&gt; ...</c>, <c>2: eth0    inet ...</c>.</summary>
    public static bool LooksLikeInterfaceLine(ReadOnlySpan<byte> line) =>
        InterfaceLines.IsHeader(line) || InterfaceLines.IsOneLine(line) || InterfaceLines.IsBrief(line);

    /// <summary>Takes a line when it belongs to a listing of interfaces.</summary>
    /// <param name="line">The line, UTF-8, without its line break.</param>
    /// <param name="span">Where it stands, for notes.</param>
    /// <returns>Whether the line was one of ours; what cannot be read of it becomes a note.</returns>
    public bool TryAddLine(ReadOnlySpan<byte> line, SourceSpan span)
    {
        if (InterfaceLines.IsHeader(line) || InterfaceLines.IsOneLine(line))
        {
            AddParts(line, span);
            return true;
        }

        if (InterfaceLines.IsBrief(line))
        {
            _current = null;
            InterfaceLines.ReadBrief(line, Draft);
            return true;
        }

        if (InterfaceLines.IsAddress(line))
        {
            AddAddress(line, span);
            return true;
        }

        if (AddressCommand.Read(line) is { } command)
        {
            _current = null;
            Add(Draft(command.Interface), command.Address);
            return true;
        }

        if (_current is not null && InterfaceLines.IsDetail(line))
        {
            return true;
        }

        _current = null;
        return false;
    }

    /// <summary>What was gathered so far.</summary>
    public InterfaceTable Build() => new(_drafts.Select(d => d.ToInterface()).ToEquatableArray());

    internal InterfaceDraft Draft(string name)
    {
        if (!_byName.TryGetValue(name, out var draft))
        {
            draft = new InterfaceDraft(name);
            _byName.Add(name, draft);
            _drafts.Add(draft);
        }

        return draft;
    }

    internal void AddNote(SourceSpan span, string message) => _notes.Add(new ReaderNote(span, message));

    // A listing of the same address knows more than a command.
    private static void Add(InterfaceDraft draft, InterfaceAddress? address)
    {
        if (address is not null && !draft.Has(address.Address, address.PrefixLength, peer: null))
        {
            draft.Add(address);
        }
    }

    // "ip -o" joins the lines of an interface with backslashes.
    private void AddParts(ReadOnlySpan<byte> line, SourceSpan span)
    {
        var isHeader = InterfaceLines.IsHeader(line);
        var first = true;
        foreach (var range in line.Split((byte)'\\'))
        {
            var part = line[range];
            if (first && isHeader)
            {
                _current = InterfaceLines.ReadHeader(part, Draft);
            }
            else if (first)
            {
                _current = InterfaceLines.ReadOneLine(part, Draft, out var address);
                AddAddress(address, span);
            }
            else if (InterfaceLines.IsAddress(part))
            {
                AddAddress(part, span);
            }

            first = false;
        }
    }

    private void AddAddress(ReadOnlySpan<byte> line, SourceSpan span)
    {
        if (_current is null)
        {
            AddNote(span, "an address without the line of its interface");
            return;
        }

        var words = new WordCursor(line);
        if (AddressWords.Read(words, _current.Name) is { } address)
        {
            _current.Add(address);
        }

        if (words.Problem is { } problem)
        {
            AddNote(span, problem);
        }
    }
}
