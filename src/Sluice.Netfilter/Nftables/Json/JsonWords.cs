using System.Buffers;
using System.Text;
using System.Text.Json;
using Sluice.Netfilter.Nftables.Reading;

namespace Sluice.Netfilter.Nftables.Json;

/// <summary>Text in nft's language while it is made of JSON.</summary>
internal sealed class JsonWords
{
    private static readonly SearchValues<char> s_word = SearchValues.Create("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_.-/ ");

    private readonly ArrayBufferWriter<byte> _buffer = new(1024);

    public ReadOnlyMemory<byte> Written => _buffer.WrittenMemory;

    public void Clear() => _buffer.ResetWrittenCount();

    /// <summary>Writes text as it stands, with a blank before and behind it.</summary>
    public void Raw(ReadOnlySpan<byte> text)
    {
        _buffer.Write(" "u8);
        _buffer.Write(text);
        _buffer.Write(" "u8);
    }

    /// <summary>Writes keywords; what cannot be keywords becomes a text, which no grammar takes for one.</summary>
    public void Word(string text) => Plain(" "u8, text);

    /// <summary>Writes the name of a set, or of a header, behind an @.</summary>
    public void Reference(string name) => Plain(" @"u8, name);

    /// <summary>Writes a name or value, which may hold anything.</summary>
    public void Text(string text)
    {
        Span<byte> mark = [NftTokens.TextMark];
        _buffer.Write(mark);
        Encoding.UTF8.GetBytes(text.Replace((char)NftTokens.TextMark, '?'), _buffer);
        _buffer.Write(mark);
    }

    /// <summary>Writes an expression that has no words.</summary>
    public void Foreign(JsonElement element)
    {
        Span<byte> mark = [NftTokens.ForeignMark];
        _buffer.Write(mark);
        Encoding.UTF8.GetBytes(element.GetRawText().Replace((char)NftTokens.ForeignMark, '?'), _buffer);
        _buffer.Write(mark);
    }

    private void Plain(ReadOnlySpan<byte> before, string text)
    {
        if (text.AsSpan().IndexOfAnyExcept(s_word) >= 0)
        {
            Text(text);
            return;
        }

        _buffer.Write(before);
        Encoding.UTF8.GetBytes(text, _buffer);
        _buffer.Write(" "u8);
    }
}
