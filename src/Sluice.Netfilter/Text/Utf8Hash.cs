using System.Buffers.Binary;
using System.Numerics;

namespace Sluice.Netfilter.Text;

/// <summary>A quick hash of UTF-8 text, for tables that live as long as one reading.</summary>
internal static class Utf8Hash
{
    public static uint Of(ReadOnlySpan<byte> key)
    {
        var hash = (ulong)key.Length * 0x9E3779B97F4A7C15;
        if (key.Length >= 8)
        {
            // The last eight bytes overlap what came before: no tail byte by byte.
            var last = BinaryPrimitives.ReadUInt64LittleEndian(key[^8..]);
            while (key.Length > 8)
            {
                hash = Mix(hash ^ BinaryPrimitives.ReadUInt64LittleEndian(key));
                key = key[8..];
            }

            return (uint)(Mix(hash ^ last) >> 32);
        }

        ulong tail = 0;
        foreach (var b in key)
        {
            tail = (tail << 8) | b;
        }

        return (uint)(Mix(hash ^ tail) >> 32);
    }

    private static ulong Mix(ulong value) => BitOperations.RotateLeft(value * 0xD6E8FEB86659FD93, 32) * 0xD6E8FEB86659FD93;
}
