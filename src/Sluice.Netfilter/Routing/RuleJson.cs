using System.Globalization;
using System.Text.Json;
using Sluice.Net;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Text;

namespace Sluice.Netfilter.Routing;

/// <summary>Reads one object of <c>ip -j rule</c>.</summary>
internal static class RuleJson
{
    private static readonly string[] s_known =
    [
        "priority", "not", "src", "srclen", "dst", "dstlen", "fwmark", "fwmask", "iif", "iif_detached", "oif", "oif_detached", "table",
        "suppress_prefixlen", "action", "goto", "unresolved", "nop", "l3mdev", "protocol", "flow_from", "flow_to", "to", "from", "tos", "dscp", "ipproto",
    ];

    public static void Read(JsonElement item, SourceSpan span, RoutingTablesBuilder builder)
    {
        if (item.ValueKind != JsonValueKind.Object || item.Number("priority") is not { } priority)
        {
            builder.AddNote(span, "a routing rule without a priority is left out");
            return;
        }

        var problem = default(string);
        var rule = new RoutingRule(priority, item.Text("table") is { Length: > 0 } table ? RouteWords.Table(table) : null)
        {
            IsInverted = item.Has("not"),
            From = Prefix(item, "src", "srclen", ref problem),
            To = Prefix(item, "dst", "dstlen", ref problem),
            Mark = Mark(item, ref problem),
            InInterface = item.Text("iif"),
            OutInterface = item.Text("oif"),
            AsksVrf = item.Has("l3mdev"),
            Goto = item.Number("goto"),
            SuppressPrefixLength = item.Number("suppress_prefixlen") is { } length ? (int)Math.Min(length, 128) : null,
            Action = item.Text("action") is { } action && RouteWords.Type(action) is { } type and (RouteType.Unreachable or RouteType.Prohibit or RouteType.Blackhole)
                ? type
                : null,
        };
        rule = Unknown(rule, item);
        if (problem is not null)
        {
            builder.AddNote(span, problem);
            rule = rule.Unknown is null ? rule with { Unknown = problem } : rule;
        }

        builder.AddRule(rule);
    }

    // The words of the plain listing, in its order, so that both give the same rule.
    private static RoutingRule Unknown(RoutingRule rule, JsonElement item)
    {
        foreach (var name in new[] { "tos", "dscp" })
        {
            rule = item.Text(name) is { } value ? RuleLines.AddUnknown(rule, $"{name} {value}") : rule;
        }

        rule = item.Number("uid_start") is { } uid ? RuleLines.AddUnknown(rule, $"uidrange {uid}-{item.Text("uid_end")}") : rule;
        rule = item.Text("ipproto") is { } protocol ? RuleLines.AddUnknown(rule, $"ipproto {protocol}") : rule;
        foreach (var name in new[] { "sport", "dport" })
        {
            rule = item.Text(name) is { } port ? RuleLines.AddUnknown(rule, $"{name} {port}")
                : item.Text(name + "_start") is { } start ? RuleLines.AddUnknown(rule, $"{name} {start}-{item.Text(name + "_end")}")
                : rule;
        }

        foreach (var member in item.EnumerateObject())
        {
            var name = member.SafeName() ?? "?";
            if (!s_known.Contains(name) && !name.StartsWith("uid_", StringComparison.Ordinal) && !name.StartsWith("sport", StringComparison.Ordinal) &&
                !name.StartsWith("dport", StringComparison.Ordinal))
            {
                rule = RuleLines.AddUnknown(rule, $"{name} {member.Value.GetRawText().Trim('"')}");
            }
        }

        return rule;
    }

    private static Prefix? Prefix(JsonElement item, string name, string lengthName, ref string? problem)
    {
        var text = item.Text(name);
        if (text is null or "all")
        {
            return null;
        }

        if (!NetAddress.TryParse(text, out var address))
        {
            problem = $"'{name} {text}' is not understood";
            return null;
        }

        var length = item.Text(lengthName) is null ? (uint)address.Width : item.Number(lengthName) ?? uint.MaxValue;
        if (length > address.Width)
        {
            problem = $"'{lengthName} {item.Text(lengthName)}' is not understood";
            return null;
        }

        return Net.Prefix.Of(address, (int)length);
    }

    private static MaskedValue? Mark(JsonElement item, ref string? problem)
    {
        if (item.Text("fwmark") is not { } mark)
        {
            return null;
        }

        var text = item.Text("fwmask") is { } mask ? $"{mark}/{mask}" : mark;
        if (MaskedValue.TryParse(System.Text.Encoding.UTF8.GetBytes(text), out var value))
        {
            return value;
        }

        problem = string.Create(CultureInfo.InvariantCulture, $"'fwmark {text}' is not understood");
        return null;
    }
}
