using System.Text;

namespace Sluice.Netfilter.Text;

/// <summary>Turns UTF-8 into strings and hands out the same string again for text seen lately: dumps repeat comments and names.</summary>
internal sealed class StringPool
{
    private const int Size = 4096;
    private readonly string?[] _slots = new string?[Size];

    public string Get(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty)
        {
            return "";
        }

        ref var slot = ref _slots[Utf8Hash.Of(text) % Size];
        if (slot is { } known && known.Length == text.Length && Ascii.Equals(text, known))
        {
            return known;
        }

        return slot = Encoding.UTF8.GetString(text);
    }
}
