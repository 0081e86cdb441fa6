using Sluice.Netfilter.Rules;

namespace Sluice.Linux.Netlink.Nftables.Live;

/// <summary>Reads the named objects of tables (NFT_MSG_NEWOBJ, NFT_MSG_NEWFLOWTABLE), in nft's words.</summary>
internal static class ObjectDecoder
{
    /// <summary>The attribute that names the table, of objects and flowtables alike.</summary>
    internal const int TableName = 1;

    private const int Name = 2;
    private const int Type = 3;
    private const int Data = 4;
    private const int UserDataType = 8;

    /// <summary>Reads an object; null for a kind that is not known.</summary>
    internal static NftObject? Read(Attributes attributes)
    {
        var data = attributes.Nested(Data);
        var (kind, text) = attributes.UInt32(Type) switch
        {
            1 => ("counter", ""),
            2 => ("quota", Condition("quota", data)),
            3 => ("ct helper", $"type \"{data.Text(1)}\" protocol {KernelKeys.Transport(data.Byte(3))}; l3proto {NetworkOf(data.UInt16(2))}"),
            4 => ("limit", Condition("limit", data)),
            7 => ("ct timeout", $"protocol {KernelKeys.Transport(data.Byte(2))}; l3proto {NetworkOf(data.UInt16(1))}"),
            9 => ("ct expectation", $"protocol {KernelKeys.Transport(data.Byte(2))}; dport {data.UInt16(3)}; l3proto {NetworkOf(data.UInt16(1))}"),
            8 => ("secmark", $"\"{data.Text(1)}\""),
            10 => ("synproxy", $"mss {data.UInt16(1)}; wscale {data.Byte(2)}"),
            _ => ("", ""),
        };
        if (kind.Length == 0)
        {
            return null;
        }

        var comment = UserData.Comment(attributes.Bytes(UserDataType));
        var remark = comment.IsEmpty ? "" : $"comment \"{System.Text.Encoding.UTF8.GetString(comment)}\"";
        return new NftObject(kind, attributes.Text(Name), string.Join("; ", new[] { remark, text }.Where(t => t.Length > 0)));
    }

    /// <summary>Reads a flowtable.</summary>
    internal static NftObject ReadFlowtable(Attributes attributes)
    {
        var hook = attributes.Nested(3);
        var devices = new List<string>();
        var list = new NetlinkReader(hook.Bytes(3));
        while (list.Next())
        {
            devices.Add($"\"{list.Text}\"");
        }

        var text = $"hook ingress priority {(int)hook.UInt32(2)}";
        return new NftObject("flowtable", attributes.Text(Name), devices.Count == 0 ? text : $"{text}; devices = {{ {string.Join(", ", devices)} }}");
    }

    // Of a limit or quota the words behind its own.
    private static string Condition(string name, Attributes data) => StatementDecoder.ConditionOf(name, data)!.Text[(name.Length + 1)..];

    private static string NetworkOf(ushort number) => number switch { 2 => "ip", 10 => "ip6", _ => "inet" };
}
