using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Text;

namespace Sluice.Net;

/// <summary>
/// A set of addresses given by an address and a mask, as xt rules match them: usually a CIDR prefix, but iptables allows any
/// mask (<c>10.0.0.1/255.0.0.255</c>).
/// </summary>
public readonly record struct Prefix
{
    // Two halves, as in NetAddress.
    private readonly ulong _maskHigh;
    private readonly ulong _maskLow;

    internal Prefix(NetAddress address, ulong maskHigh, ulong maskLow)
    {
        Address = address.Masked(maskHigh, maskLow);
        (_maskHigh, _maskLow) = (maskHigh, maskLow);
    }

    /// <summary>The address, its bits outside the mask cleared.</summary>
    public NetAddress Address { get; }

    /// <summary>The mask in host order; for IPv4 the low 32 bits.</summary>
    public UInt128 Mask => new(_maskHigh, _maskLow);

    /// <summary>The address family.</summary>
    public IPFamily Family => Address.Family;

    /// <summary>The prefix length, or -1 when the mask is not contiguous.</summary>
    public int Length
    {
        get
        {
            var ones = BitOperations.PopCount(_maskHigh) + BitOperations.PopCount(_maskLow);
            return MaskOf(Address.Width, ones) == (_maskHigh, _maskLow) ? ones : -1;
        }
    }

    /// <summary>Whether the set is one single address.</summary>
    public bool IsHost => Address.Family == IPFamily.IPv4 ? _maskLow == uint.MaxValue : (_maskHigh & _maskLow) == ulong.MaxValue;

    /// <summary>Whether the set is every address of its family.</summary>
    public bool IsAny => (_maskHigh | _maskLow) == 0;

    /// <summary>A CIDR prefix.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The length is below 0 or above the width of the address.</exception>
    public static Prefix Of(NetAddress address, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, address.Width);
        var (high, low) = MaskOf(address.Width, length);
        return new Prefix(address, high, low);
    }

    /// <summary>One address.</summary>
    public static Prefix Host(NetAddress address) => Of(address, address.Width);

    /// <summary>An address and any mask (host order).</summary>
    public static Prefix WithMask(NetAddress address, UInt128 mask) =>
        new(address, (ulong)(mask >> 64), (ulong)mask);

    /// <summary>Reads <c>address</c>, <c>address/length</c> or <c>address/mask</c>.</summary>
    /// <exception cref="FormatException">The text is none of these.</exception>
    public static Prefix Parse(string text) =>
        TryParse(text, out var prefix) ? prefix : throw new FormatException($"'{text}' is not an address or prefix");

    /// <summary>Reads <c>address</c>, <c>address/length</c> or <c>address/mask</c>.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out Prefix prefix)
    {
        prefix = default;
        return text is { Length: <= 100 } && TryParse(Encoding.UTF8.GetBytes(text), out prefix);
    }

    /// <summary>Reads <c>address</c>, <c>address/length</c> or <c>address/mask</c> from UTF-8.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out Prefix prefix)
    {
        prefix = default;
        var slash = text.IndexOf((byte)'/');
        if (!NetAddress.TryParse(slash < 0 ? text : text[..slash], out var address))
        {
            return false;
        }

        if (slash < 0)
        {
            prefix = Host(address);
            return true;
        }

        var tail = text[(slash + 1)..];
        if (System.Buffers.Text.Utf8Parser.TryParse(tail, out int length, out var used) && used == tail.Length)
        {
            if (length < 0 || length > address.Width)
            {
                return false;
            }

            prefix = Of(address, length);
            return true;
        }

        if (!NetAddress.TryParse(tail, out var mask) || mask.Family != address.Family)
        {
            return false;
        }

        prefix = mask.AsMaskOf(address);
        return true;
    }

    /// <summary>Whether the address is in the set; an address of the other family never is.</summary>
    public bool Contains(NetAddress address) => address.IsUnder(Address, _maskHigh, _maskLow);

    /// <summary>The address for a single host, <c>address/length</c> for a prefix, <c>address/mask</c> otherwise.</summary>
    public override string ToString() => IsHost ? Address.ToString() : ToCidrString();

    /// <summary>Always with its length or mask, as iptables-save prints it: <c>10.0.0.1/32</c>.</summary>
    public string ToCidrString() =>
        Length is var length and >= 0 ? $"{Address}/{length}" : $"{Address}/{new NetAddress(Family, Mask)}";

    private static (ulong High, ulong Low) MaskOf(int width, int length) => width == 32
        ? (0, length == 0 ? 0 : uint.MaxValue << (32 - length))
        : (length == 0 ? 0 : ulong.MaxValue << (64 - Math.Min(length, 64)), length <= 64 ? 0 : ulong.MaxValue << (128 - length));
}
