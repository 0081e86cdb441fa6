using System.Text;
using Sluice.Net;
using Sluice.Netfilter.Rules;

namespace Sluice.Netfilter.Routing;

/// <summary>A routing rule (<c>ip rule</c>): for which packets which table is asked.</summary>
/// <param name="Priority">The order, lower first.</param>
/// <param name="Table">The table asked; null when the rule does something else.</param>
public sealed record RoutingRule(uint Priority, string? Table)
{
    /// <summary>The family it is for; null when the listing does not say.</summary>
    public IPFamily? Family { get; init; }

    /// <summary>Source prefix; null for all.</summary>
    public Prefix? From { get; init; }

    /// <summary>Destination prefix; null for all.</summary>
    public Prefix? To { get; init; }

    /// <summary>Packet mark; null when not asked.</summary>
    public MaskedValue? Mark { get; init; }

    /// <summary>Incoming interface (<c>lo</c>: made on this node); null when not asked.</summary>
    public string? InInterface { get; init; }

    /// <summary>Outgoing interface a socket is bound to; null when not asked.</summary>
    public string? OutInterface { get; init; }

    /// <summary>Whether everything but the criteria matches (<c>not</c>).</summary>
    public bool IsInverted { get; init; }

    /// <summary>What the rule does instead of asking a table: blackhole, unreachable or prohibit; null for a lookup.</summary>
    public RouteType? Action { get; init; }

    /// <summary>The priority of the rule to go on with (<c>goto</c>); null when it does something else.</summary>
    public uint? Goto { get; init; }

    /// <summary>Whether it asks the table of the VRF that the interface belongs to (<c>l3mdev</c>).</summary>
    public bool AsksVrf { get; init; }

    /// <summary>Criteria this program does not know, verbatim; null when none. The rule may apply or not.</summary>
    public string? Unknown { get; init; }

    /// <summary>Routes with a prefix of this length or shorter do not count (<c>suppress_prefixlength</c>); null when not given.</summary>
    public int? SuppressPrefixLength { get; init; }

    /// <summary>The rule as <c>ip rule</c> prints it.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.Append(Priority).Append(":\t").Append(IsInverted ? "not " : "").Append("from ").Append(From?.ToString() ?? "all");
        Append(text, " to ", To);
        Append(text, " fwmark ", Mark);
        Append(text, " iif ", InInterface);
        Append(text, " oif ", OutInterface);
        Append(text, " ", Unknown);
        Append(text, " lookup ", Table ?? (AsksVrf ? "[l3mdev-table]" : null));
        Append(text, " suppress_prefixlength ", SuppressPrefixLength);
        Append(text, " ", Action is { } action ? RouteWords.Of(action) : null);
        Append(text, " goto ", Goto);
        return text.Append(Table is null && !AsksVrf && Action is null && Goto is null ? " nop" : "").ToString();
    }

    private static void Append(StringBuilder text, string word, object? value) =>
        _ = value is null ? text : text.Append(word).Append(value);
}
