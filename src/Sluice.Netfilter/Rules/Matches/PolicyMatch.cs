using Sluice.Net;
using Sluice.Netfilter.Tracing;

namespace Sluice.Netfilter.Rules.Matches;

/// <summary>Whether and how IPsec protects the packet (<c>-m policy</c>).</summary>
/// <param name="IsOutgoing">Whether the protection it will get is meant, and not that which it came with.</param>
/// <param name="IsIpsec">Whether it must be protected (<c>--pol ipsec</c>), not unprotected (<c>--pol none</c>).</param>
public sealed record PolicyMatch(bool IsOutgoing, bool IsIpsec) : Match
{
    /// <summary>Whether the elements must be all of the policy (<c>--strict</c>), and not be contained in it.</summary>
    public bool IsStrict { get; init; }

    /// <summary>The transformations asked for, in order.</summary>
    public EquatableArray<PolicyElement> Elements { get; init; }

    /// <inheritdoc/>
    public override MatchResult Test(TracedPacket packet)
    {
        // Nothing in a snapshot tells of IPsec; rules for either case ask the same question, so that the answers agree.
        var question = IsOutgoing ? "IPsec will protect it" : "it came protected by IPsec";
        var details = string.Join(", then ", Elements.Select(e => e.ToString()).Where(e => e.Length > 0));
        return !IsIpsec ? MatchResult.Depends(question, negated: true)
            : MatchResult.Depends(details.Length == 0 ? question : $"{question} with {details}{(IsStrict ? " only" : "")}");
    }
}

/// <summary>One transformation of an IPsec policy.</summary>
public sealed record PolicyElement
{
    /// <summary>The request id; null for any.</summary>
    public Negatable<uint>? RequestId { get; init; }

    /// <summary>The security parameter index; null for any.</summary>
    public Negatable<uint>? Spi { get; init; }

    /// <summary>ESP, AH or IPComp; null for any.</summary>
    public Negatable<L4Protocol>? Protocol { get; init; }

    /// <summary><c>tunnel</c> or <c>transport</c>; null for any.</summary>
    public Negatable<string>? Mode { get; init; }

    /// <summary>The far end of the tunnel; null for any.</summary>
    public Negatable<Prefix>? TunnelDestination { get; init; }

    /// <summary>The near end of the tunnel; null for any.</summary>
    public Negatable<Prefix>? TunnelSource { get; init; }

    /// <summary>In words: <c>reqid 5 spi 0x1 proto esp</c>.</summary>
    public override string ToString()
    {
        var spi = Spi is { } index ? new Negatable<string>($"0x{index.Value:x}", index.Inverted) : default(Negatable<string>?);
        return string.Join(' ', Words("reqid", RequestId).Concat(Words("spi", spi)).Concat(Words("proto", Protocol)).Concat(Words("mode", Mode))
            .Concat(Words("tunnel-dst", TunnelDestination)).Concat(Words("tunnel-src", TunnelSource)));
    }

    private static IEnumerable<string> Words<T>(string name, Negatable<T>? wanted) =>
        wanted is { } value ? [$"{(value.Inverted ? "! " : "")}{name} {value.Value}"] : [];
}
