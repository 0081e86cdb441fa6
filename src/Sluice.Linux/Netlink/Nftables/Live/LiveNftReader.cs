using Sluice.Linux.Interop;
using Sluice.Net;
using Sluice.Netfilter.Nftables.Reading;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Rules.Sets;

namespace Sluice.Linux.Netlink.Nftables.Live;

/// <summary>Reads everything that nf_tables holds in a network namespace, all of one generation.</summary>
/// <param name="dump">Asks the kernel.</param>
internal sealed class LiveNftReader(NftDump dump)
{
    private readonly RuleDecoder _rules = new(NameOf);
    private readonly List<(TableDraft Draft, SetTable Sets)> _tables = [];

    /// <summary>Reads the tables.</summary>
    /// <param name="only">The only table wanted; null for all.</param>
    /// <param name="withElements">Whether named sets are read with their elements.</param>
    /// <param name="tables">The tables.</param>
    /// <param name="generation">The generation they are of.</param>
    internal NetlinkFault? Read((TableFamily Family, string Name)? only, bool withElements, out EquatableArray<Table> tables, out uint generation)
    {
        var fault = dump.Read(() => ReadOnce(only, withElements), out generation);
        tables = fault is null ? _tables.Select(t => Build(t.Draft, t.Sets)).ToEquatableArray() : [];
        return fault;
    }

    private static Table Build(TableDraft draft, SetTable sets) => draft.Build() with
    {
        Sets = sets.Named.OrderBy(s => s.Name, StringComparer.Ordinal).ToEquatableArray(),
    };

    private static unsafe string NameOf(uint index)
    {
        var name = stackalloc byte[Libc.IF_NAMESIZE];
        return Libc.if_indextoname(index, name) == 0 ? $"{index}" : System.Runtime.InteropServices.Marshal.PtrToStringUTF8((nint)name)!;
    }

    private NetlinkFault? ReadOnce((TableFamily Family, string Name)? only, bool withElements)
    {
        _tables.Clear();
        var family = only is { } wanted ? Nft.NumberOf(wanted.Family) : (byte)0;
        return dump.Ask(Nft.NFT_MSG_GETTABLE, family, (_, body) => AddTable(body, only))
            ?? dump.Ask(Nft.NFT_MSG_GETCHAIN, family, (_, body) => AddChain(body))
            ?? dump.Ask(Nft.NFT_MSG_GETSET, family, (_, body) => AddSet(body))
            ?? ReadElements(withElements)
            ?? dump.Ask(Nft.NFT_MSG_GETOBJ, family, (_, body) => AddObject(body))
            ?? dump.Ask(Nft.NFT_MSG_GETFLOWTABLE, family, (_, body) => AddFlowtable(body))
            ?? dump.Ask(Nft.NFT_MSG_GETRULE, family, (_, body) => AddRule(body));
    }

    private NetlinkFault? ReadElements(bool withElements)
    {
        foreach (var (draft, sets) in _tables)
        {
            foreach (var set in sets.All.Where(s => withElements || sets.IsAnonymous(s.Name)).ToList())
            {
                var list = new ElementList(set);
                var reader = new ElementReader(set, list);
                var fault = dump.Ask(
                    Nft.NFT_MSG_GETSETELEM,
                    Nft.NumberOf(draft.Family),
                    (_, body) => reader.Take(body),
                    (Nft.NFTA_SET_ELEM_LIST_TABLE, draft.Name),
                    (Nft.NFTA_SET_ELEM_LIST_SET, set.Name));
                if (fault is not null)
                {
                    return fault;
                }

                reader.End();
                sets.Add(set with { Elements = SetElementReader.Sorted(list.Elements) }, sets.IsAnonymous(set.Name));
            }
        }

        return null;
    }

    private (TableDraft Draft, SetTable Sets)? Find(ReadOnlySpan<byte> body, Attributes data, int nameType)
    {
        var (family, name) = (Nft.FamilyOf(body[0]), data.Text(nameType));
        return _tables.Find(t => t.Draft.Family == family && t.Draft.Name == name) is { Draft: not null } found ? found : null;
    }

    private void AddTable(ReadOnlySpan<byte> body, (TableFamily Family, string Name)? only)
    {
        var data = new Attributes(body[Nft.HeaderBytes..]);
        if (Nft.FamilyOf(body[0]) is not { } family || (only is { } wanted && (family, data.Text(Nft.NFTA_TABLE_NAME)) != wanted))
        {
            return;
        }

        var comment = UserData.Comment(data.Bytes(Nft.NFTA_TABLE_USERDATA));
        _tables.Add((
            new TableDraft(family, data.Text(Nft.NFTA_TABLE_NAME), default)
            {
                IsDormant = (data.UInt32(Nft.NFTA_TABLE_FLAGS) & Nft.NFT_TABLE_F_DORMANT) != 0,
                Comment = comment.IsEmpty ? null : System.Text.Encoding.UTF8.GetString(comment),
            },
            new SetTable()));
    }

    private void AddChain(ReadOnlySpan<byte> body)
    {
        var data = new Attributes(body[Nft.HeaderBytes..]);
        if (Find(body, data, Nft.NFTA_CHAIN_TABLE) is { } table)
        {
            var chain = table.Draft.Chain(data.Text(Nft.NFTA_CHAIN_NAME), default);
            chain.Base = ChainDecoder.Base(table.Draft.Family, data);
            chain.Device = ChainDecoder.Device(table.Draft.Family, data);
            chain.Comment = ChainDecoder.Comment(data);
        }
    }

    private void AddSet(ReadOnlySpan<byte> body)
    {
        var data = new Attributes(body[Nft.HeaderBytes..]);
        if (Find(body, data, Nft.NFTA_SET_TABLE) is { } table)
        {
            table.Sets.Add(SetDecoder.Read(data, out var isAnonymous), isAnonymous);
        }
    }

    private void AddObject(ReadOnlySpan<byte> body)
    {
        var data = new Attributes(body[Nft.HeaderBytes..]);
        if (Find(body, data, ObjectDecoder.TableName) is { } table && ObjectDecoder.Read(data) is { } item)
        {
            table.Draft.Add(item);
        }
    }

    private void AddFlowtable(ReadOnlySpan<byte> body)
    {
        var data = new Attributes(body[Nft.HeaderBytes..]);
        if (Find(body, data, ObjectDecoder.TableName) is { } table)
        {
            table.Draft.Add(ObjectDecoder.ReadFlowtable(data));
        }
    }

    private void AddRule(ReadOnlySpan<byte> body)
    {
        var data = new Attributes(body[Nft.HeaderBytes..]);
        if (Find(body, data, Nft.NFTA_RULE_TABLE) is { } table)
        {
            var rule = _rules.Read(table.Draft.Family, table.Sets, body[Nft.HeaderBytes..]);
            table.Draft.Chain(data.Text(Nft.NFTA_RULE_CHAIN), default).Rules.Add(rule);
        }
    }

    private sealed class ElementList(NftSet set) : INftElementReceiver
    {
        public List<SetElement> Elements { get; } = [];

        public void Begin() => Elements.Clear();

        public void Take(in NftElement element) => Elements.Add(SetDecoder.Element(set, element));
    }
}
