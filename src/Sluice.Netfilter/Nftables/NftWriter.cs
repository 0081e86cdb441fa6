using System.Text;
using Sluice.Net;
using Sluice.Netfilter.Nftables.Writing;
using Sluice.Netfilter.Rules;

namespace Sluice.Netfilter.Nftables;

/// <summary>Writes tables of nftables as input of <c>nft -f</c>: what <see cref="SnapshotReader"/> reads back to the same value.</summary>
public static class NftWriter
{
    /// <summary>All tables of nftables, in order.</summary>
    public static string Write(Ruleset ruleset)
    {
        var text = new StringBuilder();
        foreach (var table in ruleset.Tables)
        {
            if (table.Backend == TableBackend.Nftables)
            {
                Write(table, text);
            }
        }

        return text.ToString();
    }

    /// <summary>One table.</summary>
    public static string Write(Table table)
    {
        var text = new StringBuilder();
        Write(table, text);
        return text.ToString();
    }

    /// <summary>The statements of a rule, on one line.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="family">The family of its table.</param>
    public static string Write(Rule rule, TableFamily family) => RuleWords.Write(rule, family);

    private static void Write(Table table, StringBuilder text)
    {
        text.Append("table ").Append(TableFamilyWords.Of(table.Family)).Append(' ').Append(table.Name).Append(" {\n");
        text.Append(table.Comment is { } comment ? $"\tcomment \"{comment}\"\n" : "");
        text.Append(table.IsDormant ? "\tflags dormant\n" : "");
        foreach (var item in table.Objects)
        {
            text.Append('\t').Append(item.Kind).Append(' ').Append(item.Name).Append(" {\n\t\t").Append(item.Text).Append("\n\t}\n");
        }

        var keys = new KeyExpressions(table);
        foreach (var set in table.Sets)
        {
            SetDeclaration.Write(text, set, keys.Find(set.Name));
        }

        foreach (var chain in table.Chains)
        {
            Write(chain, table.Family, text);
        }

        text.Append("}\n");
    }

    private static void Write(Chain chain, TableFamily family, StringBuilder text)
    {
        text.Append("\tchain ").Append(chain.Name).Append(" {\n");
        text.Append(chain.Comment is { } comment ? $"\t\tcomment \"{comment}\"\n" : "");
        if (chain.Base is { } hooked)
        {
            var (type, hook) = (hooked.Type.ToString().ToLowerInvariant(), hooked.Hook.ToString().ToLowerInvariant());
            text.Append($"\t\ttype {type} hook {hook} priority {hooked.Priority}; policy {Policy(hooked.Policy)};\n");
        }
        else if (chain.Device is { } device)
        {
            text.Append($"\t\ttype filter hook {(device.IsEgress ? "egress" : "ingress")} {Devices(device.Devices)} priority {device.Priority}; policy {Policy(device.Policy)};\n");
        }

        foreach (var rule in chain.Rules)
        {
            text.Append("\t\t").Append(RuleWords.Write(rule, family)).Append('\n');
        }

        text.Append("\t}\n");
    }

    private static string Policy(ChainPolicy policy) => policy == ChainPolicy.Drop ? "drop" : "accept";

    private static string Devices(EquatableArray<string> devices) => devices.Count == 1
        ? $"device \"{devices[0]}\""
        : $"devices = {{ {string.Join(", ", devices.Select(d => $"\"{d}\""))} }}";
}
