using Sluice.Netfilter.Rules;

namespace Sluice.Netfilter.Nftables.Reading;

/// <summary>The table that is being read: what rules leave out, because the table says it.</summary>
internal sealed class TableScope
{
    /// <summary>The table; null between tables.</summary>
    public TableDraft? Table { get; set; }

    /// <summary>Its family.</summary>
    public TableFamily Family => Table?.Family ?? TableFamily.IPv4;
}
