using Sluice.Dataplane.Planning.Nftables;
using Sluice.Netfilter.Nftables.Changes;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Rules.Sets;

namespace Sluice.KernelTests.Planning;

/// <summary>A foreign program that changes elements of Sluice's table at random: removes some, changes some, adds some.</summary>
internal sealed class ForeignHand(NftablesLayout layout, Random random)
{
    private static readonly TableSet[] s_ranges = [TableSet.AllowedSources, TableSet.ServiceCidrs];

    /// <summary>Some changes of a table, each of another element.</summary>
    public NftTransaction Change(Table live, int count)
    {
        var transaction = layout.NewTransaction();
        var elements = live.Sets.SelectMany(s => s.Elements.Select(e => (Set: s, Element: e))).Where(e => IndexOf(e.Set) >= 0).ToArray();
        random.Shuffle(elements);
        foreach (var (set, element) in elements.Take(count))
        {
            Change(transaction, set, element);
        }

        return transaction;
    }

    private int IndexOf(NftSet set)
    {
        for (var i = 0; i < layout.Sets.Count; i++)
        {
            if (layout.Sets[i].Name == set.Name && layout.RoleOf(i) != TableSet.Affinity && !s_ranges.Contains(layout.RoleOf(i)))
            {
                return i;
            }
        }

        return -1;
    }

    private void Change(NftTransaction transaction, NftSet set, SetElement element)
    {
        var index = (byte)IndexOf(set);
        var kind = random.Next(4);
        if (kind == 3)
        {
            // One more, whose key is nobody's.
            var key = element.First.Span.ToArray();
            key[0] ^= 0xc0;
            transaction.Elements.Add(Make(index, key, element, comment: null, isDelete: false));
            return;
        }

        transaction.Elements.Add(Make(index, element.First.Span, element, comment: null, isDelete: true));
        if (kind == 1)
        {
            transaction.Elements.Add(Make(index, element.First.Span, element, comment: "foreign", isDelete: false));
        }
        else if (kind == 2)
        {
            transaction.Elements.Add(Make(index, element.First.Span, element, element.Comment, isDelete: false, changesData: true));
        }
    }

    private static ElementChange Make(byte set, ReadOnlySpan<byte> key, SetElement element, string? comment, bool isDelete, bool changesData = false)
    {
        var change = new ElementChange
        {
            Set = set,
            IsDelete = isDelete,
            Comment = comment,
            Goto = !changesData && element.Verdict is Verdict.Goto { Chain: var chain } ? chain : null,
            Drops = element.Verdict is not null && (changesData || element.Verdict is Verdict.Drop),
        };
        change.SizeKey(key.Length);
        key.CopyTo(change.Key);
        if (element.Data is { } data && !isDelete)
        {
            change.SizeData(data.Span.Length);
            data.Span.CopyTo(change.Data);
            change.Data[3] ^= (byte)(changesData ? 0x55 : 0);
        }

        return change;
    }
}
