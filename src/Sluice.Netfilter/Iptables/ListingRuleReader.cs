using Sluice.Net;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Rules.Matches;
using Sluice.Netfilter.Text;

namespace Sluice.Netfilter.Iptables;

/// <summary>
/// Reads a rule line of <c>iptables -L</c>: columns by their content, not their place, since copied listings have lost their
/// blanks; then the words of matches and target.
/// </summary>
internal sealed class ListingRuleReader(StringPool pool)
{
    // What iptables prints of a target that a newer version wrote.
    private const string UnsupportedRevision = "[unsupported revision]";

    private readonly List<RulePart> _parts = [];

    /// <summary>Which columns the listing's header announced; null while none was seen.</summary>
    public ListingColumns? Columns { get; set; }

    /// <summary>The family of the addresses seen so far; null when they were words.</summary>
    public IPFamily? SeenFamily { get; set; }

    /// <summary>The columns of the rule read last.</summary>
    public ListingRow Row { get; private set; }

    /// <summary>Whether the rule read last holds words that are not known.</summary>
    public bool KeptVerbatim { get; private set; }

    /// <summary>Reads a rule; null when the line is none.</summary>
    public EquatableArray<RulePart>? Read(ReadOnlySpan<byte> line, ChainNames chains)
    {
        if (ListingRow.Parse(line, Columns, SeenFamily) is not { } row)
        {
            return null;
        }

        Row = row;
        SeenFamily = (row.Source as AddressMatch)?.Prefix.Family ?? (row.Destination as AddressMatch)?.Prefix.Family ?? SeenFamily;
        _parts.Clear();
        AddHeader(_parts, row);
        var words = new ListingReader(line[row.RestStart..], pool, row.Protocol.Value, SeenFamily ?? IPFamily.IPv4);
        var isGoto = words.TryTake("[goto]"u8);
        var targetName = line[row.Target];
        var jump = targetName.IsEmpty || isGoto ? null : chains.TryJump(targetName);
        var syntax = jump is null ? SyntaxCatalog.FindTarget(targetName) : null;
        var statement = ReadWords(ref words, _parts, syntax);
        if (!targetName.IsEmpty)
        {
            var name = pool.Get(targetName);
            _parts.Add(isGoto ? chains.Goto(targetName)
                : jump ?? statement ?? (syntax is not null || KnownTargets.Contains(name) ? new Verdict.Unknown(name, "") : chains.Jump(targetName)));
        }

        KeptVerbatim = _parts.Exists(p => p is UnknownMatch or Verdict.Unknown);
        return EquatableArray.Create<RulePart>(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_parts));
    }

    private static void AddHeader(List<RulePart> parts, ListingRow row)
    {
        if (row.Source is AddressMatch source)
        {
            parts.Add(source);
        }

        if (row.Destination is AddressMatch destination)
        {
            parts.Add(destination);
        }

        if (row.In is { } input)
        {
            parts.Add(input);
        }

        if (row.Out is { } output)
        {
            parts.Add(output);
        }

        if (row.Protocol.Value != L4Protocol.Any)
        {
            parts.Add(row.Protocol.Inverted ? new ProtocolMatch(row.Protocol.Value, Inverted: true) : ProtocolMatch.Of(row.Protocol.Value));
        }

        if (row.Fragment is { } fragment)
        {
            parts.Add(fragment);
        }

        // Where iptables-save would print a match it does not know: after the header.
        AddUnknown(parts, (row.Source as UnknownMatch)?.Text);
        AddUnknown(parts, (row.Destination as UnknownMatch)?.Text);
    }

    // Neighbours are one: nothing tells where the one ends and the other begins.
    private static void AddUnknown(List<RulePart> parts, string? text)
    {
        if (text is null)
        {
            return;
        }

        if (parts is [.., UnknownMatch before])
        {
            parts[^1] = new UnknownMatch($"{before.Text} {text}");
            return;
        }

        parts.Add(new UnknownMatch(text));
    }

    // Words that no module takes are kept together as one unknown match, so that the answer says it does not know.
    private static Statement? ReadWords(ref ListingReader words, List<RulePart> parts, TargetSyntax? target)
    {
        var unknownStart = -1;
        while (words.HasMore)
        {
            var copy = words;
            if (target?.ReadListing(ref copy) is { } statement && !copy.HasMore)
            {
                FlushUnknown(words, parts, unknownStart);
                return statement;
            }

            if (TryMatch(ref words, out var match, out var before))
            {
                FlushUnknown(before, parts, unknownStart);
                unknownStart = -1;
                parts.Add(match);
                continue;
            }

            unknownStart = unknownStart < 0 ? words.Position : unknownStart;
            words.Next();
        }

        if (target is not null && unknownStart >= 0 && words.Slice(unknownStart, words.Position) == UnsupportedRevision)
        {
            return new Verdict.Unknown(target.Name, UnsupportedRevision);
        }

        FlushUnknown(words, parts, unknownStart);
        return target?.ReadListing(ref words);
    }

    private static bool TryMatch(ref ListingReader words, out Match match, out ListingReader before)
    {
        before = words;
        foreach (var syntax in SyntaxCatalog.Matches)
        {
            var copy = words;
            if (syntax.ReadListing(ref copy) is { } found && copy.Position > words.Position)
            {
                match = found;
                words = copy;
                return true;
            }
        }

        match = null!;
        return false;
    }

    private static void FlushUnknown(ListingReader words, List<RulePart> parts, int start)
    {
        if (start >= 0)
        {
            AddUnknown(parts, words.Slice(start, words.Position));
        }
    }
}
