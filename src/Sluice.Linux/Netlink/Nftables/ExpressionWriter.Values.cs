namespace Sluice.Linux.Netlink.Nftables;

/// <content>What brings values into registers, and works on them there.</content>
internal sealed partial class ExpressionWriter
{
    private const uint FibPresence = 32;

    /// <summary>Loads bytes of the packet.</summary>
    internal void Payload(uint register, uint place, int offset, int length)
    {
        Begin("payload");
        writer.UInt32(1, register);
        writer.UInt32(2, place);
        writer.UInt32(3, (uint)offset);
        writer.UInt32(4, (uint)length);
        End();
    }

    /// <summary>Loads or sets a key of <c>meta</c>.</summary>
    internal void Meta(uint register, uint key, bool isSet = false)
    {
        Begin("meta");
        writer.UInt32(2, key);
        writer.UInt32(isSet ? 3 : 1, register);
        End();
    }

    /// <summary>Loads or sets a key of <c>ct</c>.</summary>
    internal void Conntrack(uint register, uint key, byte? direction, bool isSet = false)
    {
        Begin("ct");
        writer.UInt32(2, key);
        writer.UInt32(isSet ? 4 : 1, register);
        if (direction is { } number)
        {
            writer.Byte(3, number);
        }

        End();
    }

    /// <summary>Asks routing.</summary>
    internal void Fib(uint register, uint flags, uint result, bool isPresence)
    {
        Begin("fib");
        writer.UInt32(1, register);
        writer.UInt32(2, result);
        writer.UInt32(3, flags | (isPresence ? FibPresence : 0));
        End();
    }

    /// <summary>Draws or counts a number.</summary>
    internal void NumberGenerator(uint register, bool isRandom, uint modulus, uint offset)
    {
        Begin("numgen");
        writer.UInt32(1, register);
        writer.UInt32(2, modulus);
        writer.UInt32(3, isRandom ? 1u : 0);
        writer.UInt32(4, offset);
        End();
    }

    /// <summary>Hashes registers, or the flow when <paramref name="length"/> is 0.</summary>
    internal void Hash(uint register, int length, uint modulus, uint? seed, uint offset)
    {
        Begin("hash");
        writer.UInt32(2, register);
        if (length > 0)
        {
            writer.UInt32(1, register);
            writer.UInt32(3, (uint)length);
        }

        writer.UInt32(4, modulus);
        if (seed is { } number)
        {
            writer.UInt32(5, number);
        }

        writer.UInt32(6, offset);
        writer.UInt32(7, length > 0 ? 0u : 1);
        End();
    }

    /// <summary>Clears and flips bits of a register.</summary>
    internal void Bitwise(uint register, ReadOnlySpan<byte> and, ReadOnlySpan<byte> xor)
    {
        Begin("bitwise");
        writer.UInt32(1, register);
        writer.UInt32(2, register);
        writer.UInt32(3, (uint)and.Length);
        Value(4, and);
        Value(5, xor);
        End();
    }

    /// <summary>Shifts a register of the machine's byte order.</summary>
    internal void Shift(uint register, int length, bool isLeft, int bits)
    {
        Begin("bitwise");
        writer.UInt32(1, register);
        writer.UInt32(2, register);
        writer.UInt32(3, (uint)length);
        writer.UInt32(6, isLeft ? 1u : 2);
        Value(7, BitConverter.GetBytes(bits));
        End();
    }

    /// <summary>Turns a number from the machine's byte order, so that ranges can be compared.</summary>
    internal void ToNetworkOrder(uint register, int length)
    {
        Begin("byteorder");
        writer.UInt32(1, register);
        writer.UInt32(2, register);
        writer.UInt32(3, 1);
        writer.UInt32(4, (uint)length);
        writer.UInt32(5, (uint)length);
        End();
    }
}
