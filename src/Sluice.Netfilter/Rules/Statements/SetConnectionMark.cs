using Sluice.Netfilter.Tracing;

namespace Sluice.Netfilter.Rules.Statements;

/// <summary>What <see cref="SetConnectionMark"/> does.</summary>
public enum ConnectionMarkOperation
{
    /// <summary>Sets the connection mark: <c>(ctmark &amp; ~ctmask) ^ value</c>.</summary>
    Set,

    /// <summary>Copies the packet mark into the connection mark.</summary>
    Save,

    /// <summary>Copies the connection mark into the packet mark.</summary>
    Restore,
}

/// <summary>Sets the connection mark, or copies between it and the packet mark (<c>CONNMARK</c>, xt_connmark.c).</summary>
/// <param name="Operation">What is done.</param>
public sealed record SetConnectionMark(ConnectionMarkOperation Operation) : Statement
{
    /// <summary>For <see cref="ConnectionMarkOperation.Set"/>: the value.</summary>
    public uint Value { get; init; }

    /// <summary>The connection mark's bits that count.</summary>
    public uint ConnectionMask { get; init; } = uint.MaxValue;

    /// <summary>The packet mark's bits that count; not used by <see cref="ConnectionMarkOperation.Set"/>.</summary>
    public uint PacketMask { get; init; } = uint.MaxValue;

    /// <summary>By how many bits the value is shifted on the way, to the left when positive.</summary>
    public int Shift { get; init; }

    /// <summary>Sets the bits of the mask to the value, flipping what the value has outside the mask.</summary>
    public static SetConnectionMark Set(MaskedValue mark) =>
        new(ConnectionMarkOperation.Set) { Value = mark.Value, ConnectionMask = mark.Mask };

    /// <inheritdoc/>
    public override void ApplyTo(TracedPacket packet)
    {
        if (!packet.HasConnection)
        {
            return;
        }

        switch (Operation)
        {
            case ConnectionMarkOperation.Set:
                packet.ConnectionMark = ConnectionMask == uint.MaxValue ? Shifted(Value)
                    : packet.ConnectionMark is { } old ? Shifted((old & ~ConnectionMask) ^ Value)
                    : null;
                break;
            case ConnectionMarkOperation.Save:
                var keeps = ConnectionMask == uint.MaxValue ? 0 : packet.ConnectionMark & ~ConnectionMask;
                packet.ConnectionMark = (packet.UnknownMark & PacketMask) == 0 ? keeps ^ Shifted(packet.Mark & PacketMask) : null;
                break;
            default:
                Restore(packet);
                break;
        }
    }

    private void Restore(TracedPacket packet)
    {
        var taken = packet.ConnectionMark is { } mark ? Shifted(mark & ConnectionMask) : 0;
        packet.Mark = (packet.Mark & ~PacketMask) ^ taken;
        packet.UnknownMark &= ~PacketMask;
        if (packet.ConnectionMark is null)
        {
            packet.UnknownMark |= Shifted(ConnectionMask);
        }
    }

    private uint Shifted(uint value) => Shift switch
    {
        >= 32 or <= -32 => 0,
        >= 0 => value << Shift,
        _ => value >> -Shift,
    };
}
