namespace Sluice.Linux.Netlink.Nftables;

/// <content>What happens to the packet, and what is told of it.</content>
internal sealed partial class ExpressionWriter
{
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
