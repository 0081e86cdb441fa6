using System.Diagnostics;
using Sluice.KernelTests.Lab.Interop;

namespace Sluice.Benchmarks;

/// <summary>Hears when the nftables rules of this network namespace have become others. For one thread.</summary>
internal sealed class DaemonMonitor : IDisposable
{
    private const int NFNLGRP_NFTABLES = 7;
    private const int NFNL_SUBSYS_NFTABLES = 10;
    private const int NFT_MSG_NEWGEN = 15;

    private readonly NetfilterSocket _socket;

    // Several may come in one piece.
    private int _heard;

    /// <summary>Hears from now on.</summary>
    /// <param name="patience">How long it may take.</param>
    public DaemonMonitor(TimeSpan patience)
    {
        _socket = new NetfilterSocket(patience);
        _socket.Join(NFNLGRP_NFTABLES);
    }

    /// <summary>How many generations of rules there have been.</summary>
    public int Generations { get; private set; }

    /// <summary>Waits for the next generation of rules, which the kernel announces before it acknowledges them.</summary>
    /// <returns>When it was heard, as <see cref="Stopwatch.GetTimestamp"/> counts.</returns>
    public long Wait()
    {
        while (_heard == 0)
        {
            _socket.Receive((subsystem, message, _, _) => _heard += subsystem == NFNL_SUBSYS_NFTABLES && message == NFT_MSG_NEWGEN ? 1 : 0);
        }

        _heard--;
        Generations++;
        return Stopwatch.GetTimestamp();
    }

    public void Dispose() => _socket.Dispose();
}
