using Sluice.Net;

namespace Sluice.Netfilter.Iptables;

/// <summary>What one call of iptables-restore changes in one table. It happens at one moment, or not at all.</summary>
/// <param name="Table">The table's name, such as <c>nat</c>.</param>
public sealed record TableChanges(string Table)
{
    /// <summary>Chains that are made when missing and emptied when not (<c>:NAME - [0:0]</c>), in sorted order: iptables-nft is slow with others.</summary>
    public EquatableArray<string> Emptied { get; init; }

    /// <summary>Commands, in order.</summary>
    public EquatableArray<RestoreCommand> Commands { get; init; }

    /// <summary>Chains removed at the end (<c>-X</c>); each must be among <see cref="Emptied"/> too, since only empty chains can be removed.</summary>
    public EquatableArray<string> Removed { get; init; }
}
