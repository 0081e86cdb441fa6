namespace Sluice.Measuring;

/// <summary>What a comparison measures, besides what it counts.</summary>
internal enum MeasureScope
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>The cluster itself.</summary>
    Cluster,

    /// <summary>The cluster itself, and each size of the series.</summary>
    Series,
}
