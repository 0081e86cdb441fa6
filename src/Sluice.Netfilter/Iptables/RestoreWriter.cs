using System.Text;
using Sluice.Net;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Rules.Matches;
using Sluice.Netfilter.Text;

namespace Sluice.Netfilter.Iptables;

/// <summary>Writes tables as input of iptables-restore (or ip6tables-restore): what <see cref="SnapshotReader"/> reads back to the same value.</summary>
public static class RestoreWriter
{
    /// <summary>All tables of iptables of one family.</summary>
    public static string Write(Ruleset ruleset, IPFamily family)
    {
        var text = new StringBuilder();
        foreach (var table in ruleset.Of(family).Where(t => t.Backend != TableBackend.Nftables))
        {
            Write(table, text);
        }

        return text.ToString();
    }

    /// <summary>The options of one rule, without <c>-A CHAIN</c>.</summary>
    public static string Write(Rule rule)
    {
        var text = Write(rule, quoted: false);
        return IsKnown(rule) || ReadsBack(text, rule) ? text : Write(rule, quoted: true);
    }

    private static string Write(Rule rule, bool quoted)
    {
        var writer = new SaveWriter();
        foreach (var part in rule.Parts)
        {
            WritePart(part, writer, quoted);
        }

        return writer.ToString().TrimStart();
    }

    private static bool IsKnown(Rule rule)
    {
        foreach (var part in rule.Parts)
        {
            if (part is UnknownMatch or Verdict.Unknown)
            {
                return false;
            }
        }

        return true;
    }

    // Words that only a listing has may mean something else in a rule; such text is put in quotes, which no tool loads.
    private static bool ReadsBack(string text, Rule rule)
    {
        var pool = new StringPool();
        return new RuleReader(pool).Read(Encoding.UTF8.GetBytes(text), new ChainNames(pool)).Equals(rule.Parts);
    }

    private static void Write(Table table, StringBuilder text)
    {
        text.Append('*').Append(table.Name).Append('\n');
        foreach (var chain in table.Chains)
        {
            var policy = chain.Base is { } hook ? hook.Policy.ToString().ToUpperInvariant() : "-";
            text.Append(':').Append(chain.Name).Append(' ').Append(policy).Append(" [0:0]\n");
        }

        foreach (var chain in table.Chains)
        {
            foreach (var rule in chain.Rules)
            {
                text.Append("-A ").Append(chain.Name).Append(' ').Append(Write(rule));
                text.Length -= text[^1] == ' ' ? 1 : 0;
                text.Append('\n');
            }
        }

        text.Append("COMMIT\n");
    }

    private static void WritePart(RulePart part, SaveWriter writer, bool quoted)
    {
        switch (part)
        {
            case AddressMatch match:
                writer.Option(match.End == PacketEnd.Source ? "-s" : "-d", match.Inverted).Word(match.Prefix.ToCidrString());
                break;
            case InterfaceMatch match:
                writer.Option(match.Direction == InterfaceDirection.In ? "-i" : "-o", match.Inverted).Word(match.Name);
                break;
            case ProtocolMatch match:
                writer.Option("-p", match.Inverted).Word(match.Protocol.ToString());
                break;
            case FragmentMatch match:
                writer.Option("-f", match.Inverted);
                break;
            case UnknownMatch match:
                _ = quoted ? writer.InQuotes(match.Text) : writer.Word(match.Text);
                break;
            case Match match when SyntaxCatalog.WriterOf(match) is { } syntax:
                writer.Option("-m", syntax.Name);
                if (syntax.WritesInitial || !match.Equals(syntax.Initial))
                {
                    syntax.Write(match, writer);
                }

                break;
            case Verdict.Jump jump:
                writer.Option("-j", jump.Chain);
                break;
            case Verdict.Goto jump:
                writer.Option("-g", jump.Chain);
                break;
            case Verdict.Unknown unknown:
                writer.Option("-j", unknown.Name);
                if (quoted)
                {
                    writer.InQuotes(unknown.Text);
                }
                else if (unknown.Text.Length > 0)
                {
                    writer.Word(unknown.Text);
                }

                break;
            case Statement statement when SyntaxCatalog.WriterOf(statement) is { } syntax:
                writer.Option("-j", syntax.Name);
                syntax.Write(statement, writer);
                break;
            default:
                throw new System.Diagnostics.UnreachableException($"no syntax writes {part.GetType().Name}");
        }
    }
}
