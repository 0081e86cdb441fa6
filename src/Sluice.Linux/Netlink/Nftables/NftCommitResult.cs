namespace Sluice.Linux.Netlink.Nftables;

/// <summary>What became of a change of the kernel's rules.</summary>
public abstract record NftCommitResult
{
    private NftCommitResult()
    {
    }

    /// <summary>All of it is done.</summary>
    public sealed record Ok : NftCommitResult
    {
        /// <summary>The one instance.</summary>
        public static readonly Ok Instance = new();
    }

    /// <summary>The kernel took nothing, since it does not want a part of it.</summary>
    /// <param name="Message">Which part, and why: one sentence.</param>
    public sealed record Refused(string Message) : NftCommitResult
    {
        /// <summary>The index of the element at fault in the transaction; null when it is none, or not known.</summary>
        public int? Element { get; init; }

        /// <summary>The chain at fault; null when it is none, or not known.</summary>
        public string? Chain { get; init; }
    }

    /// <summary>Nothing is done, since somebody changed rules: the generation is no longer the one that was expected.</summary>
    public sealed record Busy : NftCommitResult
    {
        /// <summary>The one instance.</summary>
        public static readonly Busy Instance = new();
    }

    /// <summary>Nobody knows whether it is done: what the kernel holds must be read again.</summary>
    /// <param name="Message">What happened: one sentence.</param>
    public sealed record Failed(string Message) : NftCommitResult;
}
