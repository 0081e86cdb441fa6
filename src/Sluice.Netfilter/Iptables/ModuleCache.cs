using System.Text;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Rules.Matches;
using Sluice.Netfilter.Text;

namespace Sluice.Netfilter.Iptables;

/// <summary>
/// Remembers what was made of the words after <c>-m</c>: dumps repeat <c>tcp --dport 80</c> and the probabilities of a hundred
/// thousand endpoints. Matches have no identity, so rules share them.
/// </summary>
internal sealed class ModuleCache(StringPool pool)
{
    private const int Size = 1024;
    private const int LongestKey = 128;

    private readonly CommentMatch?[] _comments = new CommentMatch?[4 * Size];
    private readonly (byte[]? Key, MatchSyntax Syntax, Match Match)[] _modules = new (byte[]?, MatchSyntax, Match)[Size];
    private readonly MatchSyntax _commentSyntax = SyntaxCatalog.FindMatch("comment"u8)!;

    /// <summary>
    /// Reads a module and its options at the start of the text, up to the next option that is none of a module's.
    /// </summary>
    /// <returns>How many bytes they take; 0 when they are not of the plain kind that this knows.</returns>
    public int TryRead(ReadOnlySpan<byte> text, out MatchSyntax syntax, out Match match)
    {
        if (text.StartsWith("comment --comment \""u8))
        {
            return TryComment(text, out syntax, out match);
        }

        var segment = text[..SegmentLength(text)];
        (syntax, match) = (null!, null!);
        if (segment.Length is 0 or > LongestKey)
        {
            return 0;
        }

        ref var slot = ref _modules[Utf8Hash.Of(segment) % Size];
        if (slot.Key is null || !segment.SequenceEqual(slot.Key))
        {
            if (Parse(segment) is not { } parsed)
            {
                return 0;
            }

            slot = (segment.ToArray(), parsed.Syntax, parsed.Match);
        }

        (_, syntax, match) = slot;
        return segment.Length;
    }

    private int TryComment(ReadOnlySpan<byte> text, out MatchSyntax syntax, out Match match)
    {
        (syntax, match) = (_commentSyntax, null!);
        var start = "comment --comment \""u8.Length;
        var length = text[start..].IndexOfAny((byte)'"', (byte)'\\');
        var end = start + length + 1;
        if (length <= 0 || text[end - 1] != '"' || (end < text.Length && text[end] != ' '))
        {
            return 0;
        }

        var words = text.Slice(start, length);
        ref var slot = ref _comments[Utf8Hash.Of(words) % (uint)_comments.Length];
        if (slot is null || slot.Text.Length != length || !Ascii.Equals(words, slot.Text))
        {
            slot = new CommentMatch(Encoding.UTF8.GetString(words));
        }

        match = slot;
        return end;
    }

    // Up to " -x": long options are the module's own. A quote or a "!" for the next option is left to others.
    private static int SegmentLength(ReadOnlySpan<byte> text)
    {
        var at = 0;
        while (text[at..].IndexOf(" -"u8) is >= 0 and var next)
        {
            at += next;
            if (at + 2 >= text.Length || text[at + 2] != '-')
            {
                text = text[..at];
                break;
            }

            at += 2;
        }

        return text.ContainsAny((byte)'"', (byte)'\'') || text.EndsWith("!"u8) ? 0 : text.Length;
    }

    private (MatchSyntax Syntax, Match Match)? Parse(ReadOnlySpan<byte> segment)
    {
        var option = new OptionReader(segment, pool);
        if (!option.TryWord(out var name) || SyntaxCatalog.FindMatch(name) is not { } syntax)
        {
            return null;
        }

        var match = syntax.Initial;
        while (option.MoveNext())
        {
            var grown = option.Name.StartsWith("--"u8) && RuleHeader.Letter(option.Name) == 0 ? syntax.Take(match, ref option) : null;
            if (grown is null || option.Failed)
            {
                return null;
            }

            match = grown;
        }

        return (syntax, match);
    }
}
