using Sluice.Netfilter.Rules.Statements;

namespace Sluice.Linux.Netlink.Nftables;

/// <summary>What a <see cref="Log"/> tells besides addresses and ports, as the kernel numbers it (NF_LOG_* of linux/netfilter/nf_log.h).</summary>
internal static class LogFlags
{
    private const uint TcpSequence = 1;
    private const uint TcpOptions = 2;
    private const uint IPOptions = 4;
    private const uint UserId = 8;
    private const uint MacDecode = 32;

    /// <summary>The flags of a statement.</summary>
    internal static uint Of(Log log) =>
        (log.TcpSequence ? TcpSequence : 0) | (log.TcpOptions ? TcpOptions : 0) | (log.IPOptions ? IPOptions : 0) |
        (log.UserId ? UserId : 0) | (log.MacDecode ? MacDecode : 0);

    /// <summary>The statement with flags.</summary>
    internal static Log Apply(uint flags, Log log) => log with
    {
        TcpSequence = (flags & TcpSequence) != 0,
        TcpOptions = (flags & TcpOptions) != 0,
        IPOptions = (flags & IPOptions) != 0,
        UserId = (flags & UserId) != 0,
        MacDecode = (flags & MacDecode) != 0,
    };
}
