using Sluice.Linux.Interop;
using Sluice.Linux.Netlink;
using Sluice.Linux.Netlink.Nftables;

namespace Sluice.Linux.Iptables;

/// <summary>The generation id of nf_tables (NFT_MSG_GETGEN): the number of changes committed in the network namespace.</summary>
internal sealed class NftGeneration : RulesStampReader
{
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(1);

    private readonly NetlinkSocket _socket;
    private readonly NftDump _dump;

    private NftGeneration(NetlinkSocket socket) => (_socket, _dump) = (socket, new NftDump(socket));

    internal static NftGeneration? TryOpen() =>
        NetlinkSocket.TryOpen(Libc.NETLINK_NETFILTER, s_timeout, out _) is { } socket ? new NftGeneration(socket) : null;

    /// <inheritdoc/>
    public override RulesStamp? Read(IReadOnlyList<string> tables) =>
        _dump.ReadGeneration() is { } id ? new RulesStamp(id, CountsWrites: true) : null;

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _dump.Dispose();
        _socket.Dispose();
    }
}
