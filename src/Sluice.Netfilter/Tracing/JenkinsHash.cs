using System.Numerics;

namespace Sluice.Netfilter.Tracing;

/// <summary>The kernel's <c>jhash2</c> (include/linux/jhash.h, after Bob Jenkins' lookup3): by it NAT picks an address of a range.</summary>
internal static class JenkinsHash
{
    private const uint InitialValue = 0xdeadbeef;

    public static uint Hash(ReadOnlySpan<uint> words, uint seed) => Hash(words, words.Length * sizeof(uint), seed);

    /// <summary>The kernel's <c>jhash</c>, of bytes.</summary>
    public static uint Hash(ReadOnlySpan<byte> bytes, uint seed)
    {
        var words = new uint[(bytes.Length + sizeof(uint) - 1) / sizeof(uint)];
        bytes.CopyTo(System.Runtime.InteropServices.MemoryMarshal.AsBytes(words.AsSpan()));
        return Hash(words, bytes.Length, seed);
    }

    private static uint Hash(ReadOnlySpan<uint> words, int bytes, uint seed)
    {
        var a = InitialValue + (uint)bytes + seed;
        var b = a;
        var c = a;
        while (words.Length > 3)
        {
            a += words[0];
            b += words[1];
            c += words[2];
            Mix(ref a, ref b, ref c);
            words = words[3..];
        }

        if (words.IsEmpty)
        {
            return c;
        }

        c += words.Length > 2 ? words[2] : 0;
        b += words.Length > 1 ? words[1] : 0;
        a += words[0];
        Finish(ref a, ref b, ref c);
        return c;
    }

    private static void Mix(ref uint a, ref uint b, ref uint c)
    {
        a = (a - c) ^ BitOperations.RotateLeft(c, 4);
        c += b;
        b = (b - a) ^ BitOperations.RotateLeft(a, 6);
        a += c;
        c = (c - b) ^ BitOperations.RotateLeft(b, 8);
        b += a;
        a = (a - c) ^ BitOperations.RotateLeft(c, 16);
        c += b;
        b = (b - a) ^ BitOperations.RotateLeft(a, 19);
        a += c;
        c = (c - b) ^ BitOperations.RotateLeft(b, 4);
        b += a;
    }

    private static void Finish(ref uint a, ref uint b, ref uint c)
    {
        c = (c ^ b) - BitOperations.RotateLeft(b, 14);
        a = (a ^ c) - BitOperations.RotateLeft(c, 11);
        b = (b ^ a) - BitOperations.RotateLeft(a, 25);
        c = (c ^ b) - BitOperations.RotateLeft(b, 16);
        a = (a ^ c) - BitOperations.RotateLeft(c, 4);
        b = (b ^ a) - BitOperations.RotateLeft(a, 14);
        c = (c ^ b) - BitOperations.RotateLeft(b, 24);
    }
}
