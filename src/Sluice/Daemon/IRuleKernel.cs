using Sluice.Linux.Iptables;
using Sluice.Netfilter.Iptables;

namespace Sluice.Daemon;

/// <summary>The kernel's tables of one address family that hold rules of Services. Tests have one of their own.</summary>
internal interface IRuleKernel
{
    /// <summary>What tells the rules as they are from any others; null when the kernel does not say.</summary>
    public RulesStamp? ReadStamp();

    /// <summary>Writes a batch: table by table in order, each at one moment or not at all.</summary>
    public Task<RestoreResult> RestoreAsync(RestoreBatch batch, CancellationToken cancellationToken);

    /// <summary>Reads the tables as iptables-save prints them.</summary>
    public Task<SaveResult<T>> SaveAsync<T>(Func<Stream, T> read, CancellationToken cancellationToken);
}
