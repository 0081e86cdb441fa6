using Sluice.Netfilter.Text;

namespace Sluice.Netfilter.Nftables.Reading;

/// <summary>The tokens of a text in nft's language, one at a time (nft's src/scanner.l).</summary>
internal sealed class NftTokens
{
    /// <summary>Stands around a text that may hold quotes: what JSON holds, written for this reader only.</summary>
    public const byte TextMark = 1;

    /// <summary>Stands around an expression of JSON that has no words in nft's language.</summary>
    public const byte ForeignMark = 2;

    // Variables may stand for texts that name other variables; one that names itself must not hang the reader.
    private const int DeepestVariable = 8;

    private readonly Stack<(ReadOnlyMemory<byte> Text, int Next)> _outer = new();
    private readonly Utf8Map<byte[]> _variables = new();
    private readonly StringPool _pool = new();
    private ReadOnlyMemory<byte> _text;
    private int _next;
    private int _line;
    private int _tokenStart;
    private int _tokenLength;

    public NftTokenKind Kind { get; private set; }

    /// <summary>Where the token begins in the outermost text.</summary>
    public int Start { get; private set; }

    /// <summary>Where the token before ended.</summary>
    public int PreviousEnd { get; private set; }

    /// <summary>The line of the token, from the one that the text was said to begin in.</summary>
    public int Line { get; private set; }

    /// <summary>How many braces are open.</summary>
    public int Depth { get; private set; }

    /// <summary>The token's text.</summary>
    public ReadOnlySpan<byte> Text => _text.Span.Slice(_tokenStart, _tokenLength);

    public bool IsEnd => Kind is NftTokenKind.End or NftTokenKind.Separator;

    private ReadOnlySpan<byte> Rest => _text.Span[_next..];

    private int OuterPosition => _outer.Count == 0 ? _next : _outer.Last().Next;

    /// <summary>Begins a text and goes to its first token; variables stay defined.</summary>
    public void Begin(ReadOnlyMemory<byte> text, int start, int line)
    {
        _outer.Clear();
        (_text, _next, _line, Kind, Depth) = (text, start, line, NftTokenKind.End, 0);
        Advance();
    }

    /// <summary>A variable from now on stands for a text.</summary>
    public void Define(ReadOnlySpan<byte> name, ReadOnlySpan<byte> text)
    {
        if (!_variables.TryGet(name, out _))
        {
            _variables.Add(name, text.ToArray());
        }
    }

    public bool Is(ReadOnlySpan<byte> word) => Kind is NftTokenKind.Word or NftTokenKind.Sign && Text.SequenceEqual(word);

    public bool TryTake(ReadOnlySpan<byte> word)
    {
        if (!Is(word))
        {
            return false;
        }

        Advance();
        return true;
    }

    /// <summary>Takes a word or text when it is this one.</summary>
    public bool TryTakeText(ReadOnlySpan<byte> text)
    {
        if (Kind is not (NftTokenKind.Word or NftTokenKind.Quoted) || !Text.SequenceEqual(text))
        {
            return false;
        }

        Advance();
        return true;
    }

    /// <summary>Takes a word or text; null when there is none.</summary>
    public string? TakeText()
    {
        if (Kind is not (NftTokenKind.Word or NftTokenKind.Quoted))
        {
            return null;
        }

        var text = _pool.Get(Text);
        Advance();
        return text;
    }

    /// <summary>Takes the name of a set behind <c>@</c>; null when there is none.</summary>
    public string? TakeReference()
    {
        if (Kind != NftTokenKind.Reference)
        {
            return null;
        }

        var name = _pool.Get(Text);
        Advance();
        return name;
    }

    /// <summary>Takes a whole number, decimal or hexadecimal; null when there is none.</summary>
    public ulong? TakeNumber()
    {
        if (Kind is not (NftTokenKind.Word or NftTokenKind.Quoted) || !Utf8Number.TryParse(Text, out ulong number))
        {
            return null;
        }

        Advance();
        return number;
    }

    /// <summary>Takes a time span; null when there is none.</summary>
    public TimeSpan? TakeSpan()
    {
        if (Kind is not (NftTokenKind.Word or NftTokenKind.Quoted) || !TimeWords.TrySpan(Text, out var span))
        {
            return null;
        }

        Advance();
        return span;
    }

    public void SkipSeparators()
    {
        while (Kind == NftTokenKind.Separator)
        {
            Advance();
        }
    }

    /// <summary>Goes to the end of the statement, past what stands in braces.</summary>
    public void SkipStatement() => SkipStatement(Depth);

    /// <summary>Goes to the end of the statement that began at a depth of braces.</summary>
    public void SkipStatement(int depth)
    {
        while (Kind != NftTokenKind.End && (Depth > depth || (Kind != NftTokenKind.Separator && !Is("}"u8))))
        {
            Advance();
        }
    }

    public void Advance()
    {
        PreviousEnd = OuterPosition;
        if (Kind == NftTokenKind.Sign)
        {
            Depth += Text is [(byte)'{'] ? 1 : Text is [(byte)'}'] ? -1 : 0;
        }

        SkipBlanks();
        (Start, Line) = (OuterPosition, _line);
        var rest = Rest;
        if (rest.IsEmpty)
        {
            if (_outer.TryPop(out var outer))
            {
                (_text, _next) = outer;
                Advance();
                return;
            }

            Set(NftTokenKind.End, 0, 0);
            return;
        }

        Scan(rest);
    }

    private void Scan(ReadOnlySpan<byte> rest)
    {
        switch (rest[0])
        {
            case (byte)'\n' or (byte)';':
                _line += rest[0] == '\n' && _outer.Count == 0 ? 1 : 0;
                Set(NftTokenKind.Separator, 0, 1);
                break;
            case (byte)'"':
                Enclosed(NftTokenKind.Quoted, rest, (byte)'"');
                break;
            case TextMark:
                Enclosed(NftTokenKind.Quoted, rest, TextMark);
                break;
            case ForeignMark:
                Enclosed(NftTokenKind.Foreign, rest, ForeignMark);
                break;
            case (byte)'@' when NftWords.Length(rest[1..]) is > 0 and var length:
                Set(NftTokenKind.Reference, 1, length + 1);
                break;
            case (byte)'$' when NftWords.Length(rest[1..]) is > 0 and var length:
                Variable(rest.Slice(1, length), length);
                break;
            default:
                var word = NftWords.Length(rest);
                Set(word > 0 ? NftTokenKind.Word : NftTokenKind.Sign, 0, word > 0 ? word : NftWords.SignLength(rest));
                break;
        }
    }

    private void Variable(ReadOnlySpan<byte> name, int length)
    {
        if (_outer.Count >= DeepestVariable || !_variables.TryGet(name, out var text))
        {
            Set(NftTokenKind.Variable, 1, length + 1);
            return;
        }

        _outer.Push((_text, _next + length + 1));
        (_text, _next) = (text, 0);
        Advance();
    }

    // A text ends with its line at the latest: no rule can hold a line break, and a lost quote must not swallow the dump.
    private void Enclosed(NftTokenKind kind, ReadOnlySpan<byte> rest, byte mark)
    {
        var length = mark == '"' ? rest[1..].IndexOfAny(mark, (byte)'\n') : rest[1..].IndexOf(mark);
        length = length < 0 ? rest.Length - 1 : length;
        var isClosed = length + 1 < rest.Length && rest[length + 1] == mark;
        Set(kind, 1, length + 1);
        _next += isClosed ? 1 : 0;
    }

    private void Set(NftTokenKind kind, int skip, int length)
    {
        (Kind, _tokenStart, _tokenLength) = (kind, _next + skip, length - skip);
        _next += length;
    }

    private void SkipBlanks()
    {
        while (true)
        {
            var rest = Rest;
            if (rest.IsEmpty)
            {
                return;
            }

            if (rest[0] is (byte)' ' or (byte)'\t' or (byte)'\r')
            {
                _next++;
            }
            else if (rest[0] == '#')
            {
                var end = rest.IndexOf((byte)'\n');
                _next += end < 0 ? rest.Length : end;
            }
            else if (rest[0] == '\\' && NftWords.ContinuedLine(rest) is > 0 and var length)
            {
                _next += length;
                _line++;
            }
            else
            {
                return;
            }
        }
    }
}
