namespace Sluice.Linux.Netlink.Nftables;

/// <summary>Writes the expressions that the kernel evaluates (NFTA_LIST_ELEM of a name and its attributes), one method each.</summary>
/// <param name="writer">Where they go.</param>
internal sealed class ExpressionWriter(NetlinkWriter writer)
{
    internal const uint Equal = 0;
    internal const uint NotEqual = 1;
    internal const int LookupOfNumber = 4;
    private const uint FibPresence = 32;

    private int _element;
    private int _data;

    /// <summary>Puts a value into a register.</summary>
    internal void Immediate(uint register, ReadOnlySpan<byte> value)
    {
        Begin("immediate");
        writer.UInt32(1, register);
        Value(2, value);
        End();
    }

    /// <summary>Ends with a verdict.</summary>
    internal void Verdict(int code, string? chain)
    {
        Begin("immediate");
        writer.UInt32(1, Nft.NFT_REG_VERDICT);
        VerdictWriter.Write(writer, 2, code, chain);
        End();
    }

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

    /// <summary>Compares a register with a value.</summary>
    internal void Compare(uint register, bool inverted, ReadOnlySpan<byte> value)
    {
        Begin("cmp");
        writer.UInt32(1, register);
        writer.UInt32(2, inverted ? NotEqual : Equal);
        Value(3, value);
        End();
    }

    /// <summary>Compares a register with the values between two.</summary>
    internal void Range(uint register, bool inverted, ReadOnlySpan<byte> first, ReadOnlySpan<byte> last)
    {
        Begin("range");
        writer.UInt32(1, register);
        writer.UInt32(2, inverted ? NotEqual : Equal);
        Value(3, first);
        Value(4, last);
        End();
    }

    /// <summary>Looks into a set or map.</summary>
    /// <param name="register">Where the key is.</param>
    /// <param name="result">Where what it stands for goes; null for a set.</param>
    /// <param name="set">The set's name.</param>
    /// <param name="id">The number of a set without a name within the batch.</param>
    /// <param name="inverted">Whether the rule goes on when the key is not in it.</param>
    internal void Lookup(uint register, uint? result, string set, uint? id, bool inverted)
    {
        Begin("lookup");
        writer.Text(1, set);
        writer.UInt32(2, register);
        if (result is { } target)
        {
            writer.UInt32(3, target);
        }

        if (id is { } number)
        {
            writer.UInt32(LookupOfNumber, number);
        }

        if (inverted)
        {
            writer.UInt32(5, 1);
        }

        End();
    }

    /// <summary>Changes a set.</summary>
    /// <param name="operation">NFT_DYNSET_OP_*.</param>
    /// <param name="set">The set's name.</param>
    /// <param name="key">Where the key is.</param>
    /// <param name="data">Where what it shall stand for is; null for a set.</param>
    /// <param name="timeout">How long it shall live; null for the set's own.</param>
    /// <param name="counts">Whether the element counts.</param>
    internal void ChangeSet(uint operation, string set, uint key, uint? data, TimeSpan? timeout, bool counts)
    {
        Begin("dynset");
        writer.Text(1, set);
        writer.UInt32(3, operation);
        writer.UInt32(4, key);
        if (data is { } register)
        {
            writer.UInt32(5, register);
        }

        if (timeout is { } time)
        {
            writer.UInt64(6, (ulong)time.TotalMilliseconds);
        }

        if (counts)
        {
            var element = writer.BeginNest(7);
            writer.Text(Nft.NFTA_EXPR_NAME, "counter");
            writer.EndNest(writer.BeginNest(Nft.NFTA_EXPR_DATA));
            writer.EndNest(element);
        }

        End();
    }

    /// <summary>Translates an address.</summary>
    internal void Nat(bool isDestination, byte family, (uint First, uint Last)? address, (uint First, uint Last)? port, uint flags)
    {
        Begin("nat");
        writer.UInt32(1, isDestination ? 1u : 0);
        writer.UInt32(2, family);
        Registers(3, address);
        Registers(5, port);
        Flags(7, flags);
        End();
    }

    /// <summary>Translates the source to an address of the interface.</summary>
    internal void Masquerade((uint First, uint Last)? port, uint flags)
    {
        Begin("masq");
        Flags(1, flags);
        Registers(2, port);
        End();
    }

    /// <summary>Translates the destination to this node.</summary>
    internal void Redirect((uint First, uint Last)? port, uint flags)
    {
        Begin("redir");
        Registers(1, port);
        Flags(3, flags);
        End();
    }

    /// <summary>Refuses the packet and says so.</summary>
    internal void Reject(uint type, byte code)
    {
        Begin("reject");
        writer.UInt32(1, type);
        writer.Byte(2, code);
        End();
    }

    /// <summary>Counts packets and bytes.</summary>
    internal void Counter()
    {
        Begin("counter");
        End();
    }

    /// <summary>Uses a named object of the table.</summary>
    internal void Object(uint type, string name)
    {
        Begin("objref");
        writer.UInt32(1, type);
        writer.Text(2, name);
        End();
    }

    /// <summary>Leaves the packet's connection untracked.</summary>
    internal void NoTrack()
    {
        Begin("notrack");
        End();
    }

    /// <summary>Writes to the kernel's log.</summary>
    /// <param name="prefix">What each line begins with; null for nothing.</param>
    /// <param name="level">The severity; null for the kernel's default.</param>
    /// <param name="flags">What is told besides: NF_LOG_*.</param>
    internal void Log(string? prefix, uint? level, uint flags)
    {
        Begin("log");
        Prefix(prefix);
        if (level is { } severity)
        {
            writer.UInt32(5, severity);
        }

        Flags(6, flags);
        End();
    }

    /// <summary>Hands a copy of the packet to a group of listeners.</summary>
    /// <param name="group">The group.</param>
    /// <param name="prefix">What goes with each copy; null for nothing.</param>
    /// <param name="size">How many bytes are copied; null for all.</param>
    /// <param name="threshold">How many packets are gathered before they are sent; 0 for the kernel's default.</param>
    internal void LogToGroup(ushort group, string? prefix, uint? size, ushort threshold)
    {
        Begin("log");
        writer.UInt16(1, group);
        Prefix(prefix);
        if (size is { } bytes)
        {
            writer.UInt32(3, bytes);
        }

        if (threshold != 0)
        {
            writer.UInt16(4, threshold);
        }

        End();
    }

    /// <summary>Hands the packet to a program.</summary>
    internal void Queue(ushort first, ushort total, ushort flags)
    {
        Begin("queue");
        writer.UInt16(1, first);
        writer.UInt16(2, total);
        writer.UInt16(3, flags);
        End();
    }

    private void Prefix(string? prefix)
    {
        if (prefix is not null)
        {
            writer.Text(2, prefix);
        }
    }

    private void Begin(string name)
    {
        _element = writer.BeginNest(Nft.NFTA_LIST_ELEM);
        writer.Text(Nft.NFTA_EXPR_NAME, name);
        _data = writer.BeginNest(Nft.NFTA_EXPR_DATA);
    }

    private void End()
    {
        writer.EndNest(_data);
        writer.EndNest(_element);
    }

    private void Value(int type, ReadOnlySpan<byte> value)
    {
        var place = writer.BeginNest(type);
        writer.Bytes(Nft.NFTA_DATA_VALUE, value);
        writer.EndNest(place);
    }

    private void Registers(int type, (uint First, uint Last)? range)
    {
        if (range is not { } registers)
        {
            return;
        }

        writer.UInt32(type, registers.First);
        if (registers.Last != registers.First)
        {
            writer.UInt32(type + 1, registers.Last);
        }
    }

    private void Flags(int type, uint flags)
    {
        if (flags != 0)
        {
            writer.UInt32(type, flags);
        }
    }
}
