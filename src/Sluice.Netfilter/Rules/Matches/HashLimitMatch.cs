using Sluice.Net;
using Sluice.Netfilter.Tracing;

namespace Sluice.Netfilter.Rules.Matches;

/// <summary>Packets of one group come faster or slower than a rate (<c>-m hashlimit</c>).</summary>
/// <param name="Rate">The rate as written: <c>5/min</c>, <c>1kb/s</c>.</param>
/// <param name="IsAbove">Whether they must come faster (<c>--hashlimit-above</c>), not at most so fast (<c>--hashlimit-upto</c>).</param>
/// <param name="Name">The name of the table of groups; empty when a listing left it out.</param>
public sealed record HashLimitMatch(string Rate, bool IsAbove, string Name) : Match
{
    /// <summary>How many packets or bytes may come at once, as written; null when the rule gives none.</summary>
    public string? Burst { get; init; }

    /// <summary>What makes a group, as written (<c>srcip,dstport</c>); null for one group of all.</summary>
    public string? Mode { get; init; }

    /// <summary>The number of buckets; null for the kernel's choice.</summary>
    public uint? TableSize { get; init; }

    /// <summary>The highest number of entries; null for the kernel's choice.</summary>
    public uint? TableMax { get; init; }

    /// <summary>Milliseconds between cleanings; null for the default.</summary>
    public uint? CleaningInterval { get; init; }

    /// <summary>Milliseconds until an idle entry goes; null for the default.</summary>
    public uint? Expiry { get; init; }

    /// <summary>The prefix length that groups sources; null for each address.</summary>
    public byte? SourcePrefix { get; init; }

    /// <summary>The prefix length that groups destinations; null for each address.</summary>
    public byte? DestinationPrefix { get; init; }

    /// <summary>Whether the rate is measured and compared, without a bucket (<c>--hashlimit-rate-match</c>).</summary>
    public bool MeasuresRate { get; init; }

    /// <summary>Seconds over which it is measured; null for one.</summary>
    public uint? RateInterval { get; init; }

    /// <inheritdoc/>
    public override MatchResult Test(TracedPacket packet)
    {
        var group = Mode is null ? "" : " of packets " + string.Join(", ", Mode.Split(',').Select(part => part switch
        {
            "srcip" => $"from {Group(packet.Source, SourcePrefix)}",
            "dstip" => $"to {Group(packet.Destination, DestinationPrefix)}",
            "srcport" => $"from port {packet.SourcePort}",
            _ => $"to port {packet.DestinationPort}",
        }));
        var burst = Burst is null ? "" : $" (burst {Burst})";
        return MatchResult.DependsEachTime($"the rate{group} is {(IsAbove ? "above" : "at most")} {Rate}{burst}");
    }

    private static Prefix Group(NetAddress address, byte? length) =>
        length is { } prefix && prefix <= address.Width ? Prefix.Of(address, prefix) : Prefix.Host(address);
}
