using Sluice.Net;

namespace Sluice.Daemon.Telemetry;

/// <summary>What there is to say of one metric: the registry and the documentation are made of such rows.</summary>
/// <param name="Name">Its name; one that ends in a star stands for all that begin so.</param>
/// <param name="Kind">Its type.</param>
/// <param name="Help">What it counts or measures, in one line.</param>
internal sealed record MetricRow(string Name, MetricKind Kind, string Help)
{
    /// <summary>Its labels, in the order in which values are given.</summary>
    public EquatableArray<string> Labels { get; init; } = [];

    /// <summary>For a histogram: the upper bounds of its buckets, ascending, without the infinite one.</summary>
    public EquatableArray<double> Buckets { get; init; } = [];

    /// <summary>How it stands to kube-proxy's.</summary>
    public MetricState State { get; init; }

    /// <summary>Why it is not served, or what else is to be known; empty for nothing.</summary>
    public string Remark { get; init; } = "";

    /// <summary>The modes in which it is served; empty for every.</summary>
    public EquatableArray<ProxyMode> Modes { get; init; } = [];

    /// <summary>Whether a proxy in a mode serves it.</summary>
    public bool IsServedIn(ProxyMode mode) => State != MetricState.NotServed && (Modes.Count == 0 || Modes.Contains(mode));
}
