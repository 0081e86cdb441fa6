using Sluice.Net;

namespace Sluice.Netfilter.Ipsets;

/// <summary>Addresses from one to another of a family, as scripts give them to ipset.</summary>
/// <param name="First">The first address.</param>
/// <param name="Last">The last address, not before the first.</param>
internal readonly record struct AddressRange(NetAddress First, NetAddress Last)
{
    /// <summary>Reads an address, a network with a length, or two addresses with a dash between.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out AddressRange range)
    {
        range = default;
        var dash = text.IndexOf((byte)'-');
        if (dash > 0)
        {
            if (!NetAddress.TryParse(text[..dash], out var first) || !NetAddress.TryParse(text[(dash + 1)..], out var last) ||
                first.Family != last.Family || first.CompareTo(last) > 0)
            {
                return false;
            }

            range = new AddressRange(first, last);
            return true;
        }

        if (!Prefix.TryParse(text, out var prefix) || prefix.Length < 0)
        {
            return false;
        }

        range = new AddressRange(prefix.Address, new NetAddress(prefix.Family, prefix.Address.Bits | HostBits(prefix.Family, prefix.Length)));
        return true;
    }

    /// <summary>The fewest networks that hold just these addresses.</summary>
    public IEnumerable<Prefix> Networks()
    {
        var (at, end) = (First.Bits, Last.Bits);
        while (at <= end)
        {
            var free = Math.Min((int)UInt128.TrailingZeroCount(at), First.Width);
            while (free > 0 && (end - at) < HostBits(First.Family, First.Width - free))
            {
                free--;
            }

            yield return Prefix.Of(new NetAddress(First.Family, at), First.Width - free);
            var last = at + HostBits(First.Family, First.Width - free);
            if (last >= end)
            {
                yield break;
            }

            at = last + 1;
        }
    }

    private static UInt128 HostBits(IPFamily family, int length)
    {
        var free = (family == IPFamily.IPv4 ? 32 : 128) - length;
        return free == 128 ? UInt128.MaxValue : (UInt128.One << free) - 1;
    }
}
