using System.Globalization;
using System.Text;
using Sluice.Net;

namespace Sluice.Netfilter.Routing;

/// <summary>The words of a line, one after the other.</summary>
/// <param name="line">The line, UTF-8.</param>
internal sealed class WordCursor(ReadOnlySpan<byte> line)
{
    private readonly string[] _words =
        Encoding.UTF8.GetString(line).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

    private int _next;

    /// <summary>The next word, without taking it; empty at the end.</summary>
    public string Peek => _next < _words.Length ? _words[_next] : "";

    public bool IsAtEnd => _next >= _words.Length;

    /// <summary>What is wrong with the line so far; null when nothing is.</summary>
    public string? Problem { get; private set; }

    /// <summary>Takes the next word; empty at the end.</summary>
    public string Take() => _next < _words.Length ? _words[_next++] : "";

    /// <summary>Takes the next word when it is this one.</summary>
    public bool TakeIf(string word)
    {
        if (Peek != word)
        {
            return false;
        }

        _next++;
        return true;
    }

    public NetAddress? TakeAddress(string of)
    {
        var word = Take();
        return NetAddress.TryParse(word, out var address) ? address : Fail<NetAddress>(of, word);
    }

    public Prefix? TakePrefix(string of)
    {
        var word = Take();
        return Prefix.TryParse(word, out var prefix) ? prefix : Fail<Prefix>(of, word);
    }

    public uint? TakeNumber(string of)
    {
        var word = Take();
        return uint.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : Fail<uint>(of, word);
    }

    /// <summary>Remembers a problem and answers null.</summary>
    public T? Fail<T>(string of, string word)
        where T : struct
    {
        Problem ??= word.Length == 0 ? $"'{of}' without a value" : $"'{of} {word}' is not understood";
        return null;
    }

    /// <summary>The first word of a line, without making a string.</summary>
    public static ReadOnlySpan<byte> FirstWord(ReadOnlySpan<byte> line)
    {
        line = line.TrimStart(" \t"u8);
        var end = line.IndexOfAny(" \t\r\\"u8);
        return end < 0 ? line : line[..end];
    }

    /// <summary>The number of digits that a line begins with.</summary>
    public static int DigitsAtStart(ReadOnlySpan<byte> line)
    {
        var end = line.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        return end < 0 ? line.Length : end;
    }
}
