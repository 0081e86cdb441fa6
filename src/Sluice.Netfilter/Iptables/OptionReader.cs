using System.Text;
using Sluice.Net;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Text;

namespace Sluice.Netfilter.Iptables;

/// <summary>
/// Reads the words of one rule as iptables-save writes them: options with their arguments, <c>!</c> before (or, as older versions
/// wrote it, after) an option. Arguments that are missing or malformed set <see cref="Failed"/> and yield a default.
/// </summary>
internal ref struct OptionReader
{
    private readonly ReadOnlySpan<byte> _line;
    private readonly StringPool _pool;
    private readonly int _dashes;
    private int _position;

    public OptionReader(ReadOnlySpan<byte> line, StringPool pool, bool isListing = false)
    {
        _line = line;
        _pool = pool;
        _dashes = isListing ? 2 : 0;
        Name = default;
    }

    /// <summary>The current option, its dashes included.</summary>
    public ReadOnlySpan<byte> Name { get; private set; }

    /// <summary>Whether a <c>!</c> stood before the option or its argument.</summary>
    public bool Inverted { get; private set; }

    /// <summary>Whether an argument of the current option was missing or malformed.</summary>
    public bool Failed { get; private set; }

    /// <summary>Where the current option begins in the line, its <c>!</c> included.</summary>
    public int Start { get; private set; }

    /// <summary>Whether the current option stands in quotes: no option then.</summary>
    public readonly bool IsQuoted => !Inverted && _line[Start] == '"';

    /// <summary>Where the next word begins.</summary>
    public readonly int Position => _position;

    /// <summary>The rest of the line, from the next word.</summary>
    public ReadOnlySpan<byte> Rest
    {
        get
        {
            SkipBlanks();
            return _line[_position..];
        }
    }

    /// <summary>Passes over the beginning of <see cref="Rest"/>.</summary>
    public void Skip(int length) => _position += length;

    /// <summary>Goes to the next option; false at the end of the line.</summary>
    public bool MoveNext()
    {
        Inverted = false;
        Failed = false;
        SkipBlanks();
        Start = _position;
        if (!TryWord(out var word))
        {
            return false;
        }

        // In quotes it is a word like others.
        while (word.Length == 1 && word[0] == '!' && _line[_position - 1] == '!')
        {
            Inverted = !Inverted;
            if (!TryWord(out word))
            {
                Name = "!"u8;
                return true;
            }
        }

        Name = word;
        return true;
    }

    /// <summary>Whether the current option is the given one; in a listing options stand without their dashes.</summary>
    public readonly bool Is(ReadOnlySpan<byte> name) => Name.SequenceEqual(name[_dashes..]);

    public readonly bool Is(ReadOnlySpan<byte> name, ReadOnlySpan<byte> alias) => Is(name) || Is(alias);

    /// <summary>Says that the current option cannot be understood.</summary>
    public void Fail() => Failed = true;

    /// <summary>Wraps a value of the current option with its inversion. Read the value first: a late <c>!</c> stands before it.</summary>
    public readonly Negatable<T> Negatable<T>(T value) => new(value, Inverted);

    /// <summary>The next word, quotes removed.</summary>
    public ReadOnlySpan<byte> Word()
    {
        if (!TryWord(out var word))
        {
            Failed = true;
            return default;
        }

        if (word.Length == 1 && word[0] == '!' && !_line[..Math.Min(_position, _line.Length)].EndsWith("\"!\""u8))
        {
            Inverted = !Inverted;
            return Word();
        }

        return word;
    }

    /// <summary>Whether another word follows that is no option; so for options with an optional argument.</summary>
    public readonly bool HasArgument()
    {
        var copy = this;
        return copy.TryWord(out var word) && !(word.Length > 0 && (word[0] == '-' || (word.Length == 1 && word[0] == '!')));
    }

    /// <summary>The next word as a string.</summary>
    public string Text() => _pool.Get(Word());

    public uint Number()
    {
        if (!Utf8Number.TryParse(Word(), out uint value))
        {
            Failed = true;
        }

        return value;
    }

    /// <summary>The next word as a number of 16 bits.</summary>
    public ushort Short() => (ushort)Number(ushort.MaxValue);

    /// <summary>The next word as a number of 8 bits.</summary>
    public byte Byte() => (byte)Number(byte.MaxValue);

    public ulong LongNumber()
    {
        if (!Utf8Number.TryParse(Word(), out ulong value))
        {
            Failed = true;
        }

        return value;
    }

    public MaskedValue Masked()
    {
        if (!MaskedValue.TryParse(Word(), out var value))
        {
            Failed = true;
        }

        return value;
    }

    public PortRange Ports(byte separator = (byte)':')
    {
        if (!PortRange.TryParse(Word(), separator, out var range))
        {
            Failed = true;
        }

        return range;
    }

    public NumberRange Range(ulong highest)
    {
        if (!NumberRange.TryParse(Word(), highest, out var range))
        {
            Failed = true;
        }

        return range;
    }

    public NetAddress Address()
    {
        if (!NetAddress.TryParse(Word(), out var address))
        {
            Failed = true;
        }

        return address;
    }

    public Prefix Prefix()
    {
        if (!Net.Prefix.TryParse(Word(), out var prefix))
        {
            Failed = true;
        }

        return prefix;
    }

    private uint Number(uint max)
    {
        var value = Number();
        Failed |= value > max;
        return value;
    }

    /// <summary>The text of the line between two positions, trimmed.</summary>
    public readonly string Slice(int start, int end) => Encoding.UTF8.GetString(_line[start..Math.Min(end, _line.Length)]).Trim();

    /// <summary>The next word as it is, a lone <c>!</c> included; false at the end of the line.</summary>
    public bool TryWord(out ReadOnlySpan<byte> word)
    {
        SkipBlanks();
        if (_position >= _line.Length)
        {
            word = default;
            return false;
        }

        var first = _line[_position];
        if (first is (byte)'"' or (byte)'\'')
        {
            return TryQuoted(first, out word);
        }

        var rest = _line[_position..];
        var length = rest.IndexOfAny((byte)' ', (byte)'\t');
        length = length < 0 ? rest.Length : length;
        word = rest[..length];
        _position += length;
        return true;
    }

    private bool TryQuoted(byte quote, out ReadOnlySpan<byte> word)
    {
        var rest = _line[(_position + 1)..];
        var end = rest.IndexOfAny(quote, (byte)'\\');
        if (end >= 0 && rest[end] == quote)
        {
            word = rest[..end];
            _position += end + 2;
            return true;
        }

        // iptables-save escapes quotes and backslashes with a backslash.
        var buffer = new byte[rest.Length];
        int count = 0, i = 0;
        while (i < rest.Length && rest[i] != quote)
        {
            if (rest[i] == '\\' && i + 1 < rest.Length)
            {
                i++;
            }

            buffer[count++] = rest[i++];
        }

        _position += Math.Min(i + 2, rest.Length + 1);
        word = buffer.AsSpan(0, count);
        return true;
    }

    private void SkipBlanks()
    {
        while (_position < _line.Length && (_line[_position] is (byte)' ' or (byte)'\t'))
        {
            _position++;
        }
    }
}
