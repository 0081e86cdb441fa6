using Sluice.Net;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Text;

namespace Sluice.Netfilter.Iptables;

/// <summary>A run of lines that belong to one table, while it is being read; several blocks may turn out to be the same table.</summary>
internal sealed class TableBlock(BlockForm form, SourceSpan source, StringPool pool)
{
    public BlockForm Form => form;

    public SourceSpan Source => source;

    /// <summary>The table's name; null while the dump has not said.</summary>
    public string? Name { get; init; }

    /// <summary>The table's family; null while the dump has not said.</summary>
    public IPFamily? Family { get; set; }

    public TableBackend Backend { get; init; }

    /// <summary>Whether the lines are a listing that does not show interfaces.</summary>
    public bool LacksInterfaces { get; set; }

    /// <summary>Whether the dump ended before its COMMIT.</summary>
    public bool IsTruncated { get; set; }

    public ChainNames Chains { get; } = new(pool);

    /// <summary>
    /// Whether a chain of that name can still follow in a listing of one table: it is new, and built-in chains come in the order
    /// in which the kernel calls them.
    /// </summary>
    public bool CanFollow(ReadOnlySpan<byte> chain)
    {
        if (Chains.Find(chain) is { Source.Line: > 0 })
        {
            return false;
        }

        var rank = BuiltinChains.Rank(chain);
        return rank < 0 || Chains.Chains.All(c => c.Source.Line == 0 || BuiltinChains.Rank(c.Name) < rank);
    }
}
