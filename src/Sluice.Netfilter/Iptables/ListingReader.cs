using System.Text;
using Sluice.Net;
using Sluice.Netfilter.Text;

namespace Sluice.Netfilter.Iptables;

/// <summary>
/// Reads the words after the columns of a rule in <c>iptables -L</c>: what each match and target prints of itself, without any
/// separator between modules. Copies are cheap: a module that turns out not to be meant is given up by going back to a copy.
/// </summary>
internal ref struct ListingReader
{
    private readonly ReadOnlySpan<byte> _line;
    private readonly StringPool _pool;
    private int _position;

    public ListingReader(ReadOnlySpan<byte> line, StringPool pool, L4Protocol protocol, IPFamily family)
    {
        _line = line;
        _pool = pool;
        Protocol = protocol;
        Family = family;
    }

    /// <summary>The rule's protocol column.</summary>
    public L4Protocol Protocol { get; }

    /// <summary>The table's family as far as known.</summary>
    public IPFamily Family { get; }

    /// <summary>Where the next word begins.</summary>
    public readonly int Position => _position;

    /// <summary>Whether a word is left.</summary>
    public readonly bool HasMore => !Peek().IsEmpty;

    /// <summary>The rest of the line, from the next word.</summary>
    public readonly ReadOnlySpan<byte> Rest => _line[Math.Min(SkipBlanks(_position), _line.Length)..];

    /// <summary>The next word without taking it; empty at the end.</summary>
    public readonly ReadOnlySpan<byte> Peek()
    {
        var start = SkipBlanks(_position);
        var rest = _line[start..];
        var length = rest.IndexOfAny((byte)' ', (byte)'\t');
        return length < 0 ? rest : rest[..length];
    }

    /// <summary>Takes the next word; empty at the end.</summary>
    public ReadOnlySpan<byte> Next()
    {
        var word = Peek();
        _position = SkipBlanks(_position) + word.Length;
        return word;
    }

    /// <summary>Takes so many bytes from the next word on.</summary>
    public void Skip(int bytes) => _position = Math.Min(SkipBlanks(_position) + bytes, _line.Length);

    /// <summary>Takes the next word when it is the given one.</summary>
    public bool TryTake(ReadOnlySpan<byte> word)
    {
        if (!Peek().SequenceEqual(word))
        {
            return false;
        }

        Next();
        return true;
    }

    /// <summary>Takes several words when all of them come next; <paramref name="words"/> are separated by single blanks.</summary>
    public bool TryTakeAll(ReadOnlySpan<byte> words)
    {
        var copy = this;
        foreach (var range in words.Split((byte)' '))
        {
            if (!copy.TryTake(words[range]))
            {
                return false;
            }
        }

        this = copy;
        return true;
    }

    /// <summary>Takes a word that begins with the given text; yields what follows it in the word.</summary>
    public bool TryTakePrefixed(ReadOnlySpan<byte> prefix, out ReadOnlySpan<byte> rest)
    {
        var word = Peek();
        rest = default;
        if (!word.StartsWith(prefix))
        {
            return false;
        }

        Next();
        rest = word[prefix.Length..];
        return true;
    }

    /// <summary>
    /// Takes <c>/* text */</c> with the text as it was, blanks and all. A text may hold such marks itself: it goes on to the end
    /// mark before the next comment begins.
    /// </summary>
    public bool TryTakeComment(out ReadOnlySpan<byte> text)
    {
        var start = SkipBlanks(_position);
        var rest = _line[start..];
        text = default;
        if (!rest.StartsWith("/* "u8))
        {
            return false;
        }

        rest = rest["/* "u8.Length..];
        var end = -1;
        for (var next = rest.IndexOf("*/"u8); next >= 0; next = Following(rest, end))
        {
            end = next;
        }

        if (end < 0)
        {
            return false;
        }

        text = rest[..end];
        text = text.EndsWith(" "u8) ? text[..^1] : text;
        _position = start + "/* "u8.Length + end + "*/"u8.Length;
        return true;
    }

    /// <summary>The rest of the line as options that have lost their dashes: what several targets print.</summary>
    public readonly OptionReader AsOptions() => new(Rest, _pool, isListing: true);

    /// <summary>Goes to the end of the line.</summary>
    public void SkipAll() => _position = _line.Length;

    /// <summary>Takes a word in quotes; yields what is between them.</summary>
    public bool TryTakeQuoted(out ReadOnlySpan<byte> text)
    {
        var word = new OptionReader(Rest, _pool);
        text = default;
        if (!Rest.StartsWith("\""u8) || !word.TryWord(out text))
        {
            return false;
        }

        Skip(word.Position);
        return true;
    }

    /// <summary>A string for the text, shared with equal ones.</summary>
    public readonly string Text(ReadOnlySpan<byte> text) => _pool.Get(text);

    /// <summary>The text of the line between two positions, trimmed.</summary>
    public readonly string Slice(int start, int end) => Encoding.UTF8.GetString(_line[start..Math.Min(end, _line.Length)]).Trim();

    // The next end mark that no begin mark precedes; -1 when there is none.
    private static int Following(ReadOnlySpan<byte> rest, int end)
    {
        var after = rest[(end + 2)..];
        int close = after.IndexOf("*/"u8), open = after.IndexOf("/*"u8);
        return close >= 0 && (open < 0 || close <= open + 1) ? end + 2 + close : -1;
    }

    private readonly int SkipBlanks(int position)
    {
        while (position < _line.Length && (_line[position] is (byte)' ' or (byte)'\t'))
        {
            position++;
        }

        return position;
    }
}
