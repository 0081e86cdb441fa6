using Sluice.Linux.Interop;
using Sluice.Net;
using Sluice.Netfilter.Ipsets;

namespace Sluice.Linux.Netlink.Ipset;

/// <summary>The types of sets that the kernel has: each in some revision, which must be said when a set is made.</summary>
/// <param name="socket">Where to ask.</param>
/// <param name="protocol">The version of ipset's protocol.</param>
internal sealed class IpsetTypes(NetlinkSocket socket, byte protocol)
{
    private readonly Dictionary<(string Type, IPFamily? Family), byte> _revisions = [];

    /// <summary>The newest revision of a type that the kernel has; it loads the type's module where it can.</summary>
    /// <returns>Why there is none.</returns>
    internal NetlinkFault? Find(IpSetType type, IPFamily? family, out byte revision)
    {
        var name = type.ToString();
        if (_revisions.TryGetValue((name, family), out revision))
        {
            return null;
        }

        using var request = new NetlinkWriter();
        request.BeginMessage(IpsetNumbers.IPSET_CMD_TYPE, NetlinkMessages.NLM_F_ACK, IpsetNumbers.Header);
        request.Byte(IpsetNumbers.IPSET_ATTR_PROTOCOL, protocol);
        request.Text(IpsetNumbers.IPSET_ATTR_TYPENAME, name);
        request.Byte(IpsetNumbers.IPSET_ATTR_FAMILY, NumberOf(family));
        byte? found = null;
        var fault = socket.Ask(request, IpsetNumbers.HeaderBytes, attributes =>
            found = NetlinkReader.Find(attributes, IpsetNumbers.IPSET_ATTR_REVISION) is [var number, ..] ? number : found);
        if (fault is null && found is { } known)
        {
            _revisions[(name, family)] = revision = known;
        }

        return fault ?? (found is null ? new NetlinkFault(Libc.EOPNOTSUPP) : null);
    }

    /// <summary>A family's number; 0 (NFPROTO_UNSPEC) for types without one.</summary>
    internal static byte NumberOf(IPFamily? family) => family is { } known ? NetlinkAddress.NumberOf(known) : (byte)0;
}
