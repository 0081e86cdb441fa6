namespace Sluice.Linux.Iptables;

/// <summary>What looking for the iptables programs of a family gave.</summary>
public abstract record IptablesDetection
{
    private IptablesDetection()
    {
    }

    /// <summary>They are there and this process may use them.</summary>
    public sealed record Found(IptablesTools Tools) : IptablesDetection;

    /// <summary>The kernel does not have the family; that is no fault.</summary>
    /// <param name="Reason">One line.</param>
    public sealed record FamilyAbsent(string Reason) : IptablesDetection;

    /// <summary>They are missing, too old or not allowed.</summary>
    /// <param name="Problem">One line that says what to do.</param>
    public sealed record Unusable(string Problem) : IptablesDetection
    {
        /// <summary>Whether they are missing.</summary>
        public bool IsMissing { get; init; }
    }
}
