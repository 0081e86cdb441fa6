using Sluice.Net;

namespace Sluice.Netfilter.Ipsets;

/// <summary>What a packet has at one dimension of a set's type.</summary>
/// <param name="Address">For addresses and networks: the address.</param>
/// <param name="Number">For ports: protocol times 65,536 plus port, without the protocol in a bitmap; for marks: the mark. Else 0.</param>
internal readonly record struct IpSetProbe(NetAddress Address, uint Number)
{
    public static IpSetProbe Of(NetAddress address) => new(address, 0);

    public static IpSetProbe OfNumber(uint number) => new(default, number);

    /// <summary>A port as sets of hashes know it.</summary>
    public static IpSetProbe OfPort(L4Protocol? protocol, int port) => new(default, ((uint)(protocol?.Number ?? 0) << 16) | (uint)port);
}
