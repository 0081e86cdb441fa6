using System.Collections;
using Sluice.Netfilter.Iptables;

namespace Sluice.Dataplane.Diff;

/// <summary>Batches that are made when they are asked for: all at once, those of a whole cluster would fill the memory.</summary>
/// <param name="makers">What makes each.</param>
internal sealed class BatchList(IReadOnlyList<Func<RestoreBatch>> makers) : IReadOnlyList<RestoreBatch>
{
    /// <inheritdoc/>
    public int Count => makers.Count;

    /// <inheritdoc/>
    public RestoreBatch this[int index] => makers[index]();

    /// <inheritdoc/>
    public IEnumerator<RestoreBatch> GetEnumerator() => makers.Select(make => make()).GetEnumerator();

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
