using System.Text;

namespace Sluice.Netfilter.Text;

/// <summary>Turns UTF-8 into strings and hands out the same string again for text seen lately: dumps repeat comments and names.</summary>
internal sealed class StringPool
{
    private const int Size = 4096;
    private readonly (byte[]? Key, string Value)[] _slots = new (byte[]?, string)[Size];

    public string Get(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty)
        {
            return "";
        }

        ref var slot = ref _slots[Utf8Map<string>.Hash(text) % Size];
        if (slot.Key is not null && text.SequenceEqual(slot.Key))
        {
            return slot.Value;
        }

        slot = (text.ToArray(), Encoding.UTF8.GetString(text));
        return slot.Value;
    }
}
