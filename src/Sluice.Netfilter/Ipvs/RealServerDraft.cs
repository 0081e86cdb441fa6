using Sluice.Net;

namespace Sluice.Netfilter.Ipvs;

/// <summary>A real server while it is read: null is what the form does not show.</summary>
internal sealed record RealServerDraft(NetAddress Address, int Port)
{
    public ForwardingMethod? Method { get; init; }

    /// <summary>How packets are wrapped; only with <see cref="KnowsTunnel"/> null means IP in IP.</summary>
    public TunnelEncapsulation? Tunnel { get; init; }

    /// <summary>Whether the form shows how packets are wrapped.</summary>
    public bool KnowsTunnel { get; init; }

    public int? Weight { get; init; }

    public uint? UpperThreshold { get; init; }

    public uint? LowerThreshold { get; init; }

    public RealServerCounts? Counts { get; init; }

    /// <summary>Both put together; where both know something, this one counts.</summary>
    public RealServerDraft MergedWith(RealServerDraft other) => this with
    {
        Method = Method ?? other.Method,
        Tunnel = KnowsTunnel ? Tunnel : other.Tunnel,
        KnowsTunnel = KnowsTunnel || other.KnowsTunnel,
        Weight = Weight ?? other.Weight,
        UpperThreshold = UpperThreshold ?? other.UpperThreshold,
        LowerThreshold = LowerThreshold ?? other.LowerThreshold,
        Counts = Counts is null ? other.Counts : Counts with { Persistent = Counts.Persistent ?? other.Counts?.Persistent },
    };

    /// <summary>Whether both say otherwise of the same thing.</summary>
    public bool Contradicts(RealServerDraft other) =>
        Differ(Method, other.Method) || Differ(Weight, other.Weight) || Differ(UpperThreshold, other.UpperThreshold) ||
        Differ(LowerThreshold, other.LowerThreshold) || (KnowsTunnel && other.KnowsTunnel && Tunnel != other.Tunnel);

    public RealServer Build() => new(Address, Port)
    {
        Method = Method ?? ForwardingMethod.Masquerading,
        Tunnel = Method == ForwardingMethod.Tunneling ? Tunnel : null,
        Weight = Weight ?? 1,
        UpperThreshold = UpperThreshold ?? 0,
        LowerThreshold = LowerThreshold ?? 0,
        Counts = Counts,
    };

    private static bool Differ<T>(T? one, T? two)
        where T : struct => one is { } first && two is { } second && !first.Equals(second);
}
