using System.Threading.Channels;
using Sluice.Kubernetes.Cluster;
using Xunit;

namespace Sluice.Tests.Daemon;

/// <summary>A source that reports what a test tells it to.</summary>
internal sealed class FakeSource : IClusterSource
{
    private readonly Channel<ClusterUpdate> _updates = Channel.CreateUnbounded<ClusterUpdate>();

    public void Report(IReadOnlyList<ClusterChange> changes, bool isComplete = true, string? problem = null) =>
        Assert.True(_updates.Writer.TryWrite(new ClusterUpdate(changes, isComplete, problem)));

    /// <summary>Ends the reports; done when all are taken.</summary>
    public Task EndAsync()
    {
        _updates.Writer.Complete();
        return _updates.Reader.Completion;
    }

    public IAsyncEnumerable<ClusterUpdate> WatchAsync(CancellationToken cancellationToken) => _updates.Reader.ReadAllAsync(cancellationToken);
}
