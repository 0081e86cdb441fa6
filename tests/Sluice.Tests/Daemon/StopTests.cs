using Sluice.Daemon;
using Sluice.Dataplane.Planning;
using Sluice.Kubernetes.Intent;
using Sluice.Linux.Iptables;
using Sluice.Net;
using Sluice.Netfilter.Iptables;
using Sluice.Tests.Planning;
using Xunit;

namespace Sluice.Tests.Daemon;

/// <summary>How long a batch may hold up the end of the proxy.</summary>
public sealed class StopTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_batch_that_hangs_is_given_up_a_while_after_the_proxy_is_told_to_stop()
    {
        var stuck = new StuckKernel();
        var kernel = new IptablesKernel(stuck, new IptablesPlanOptions(IPFamily.IPv4), new OwnWrites(), stopPatience: TimeSpan.FromMilliseconds(50));
        var before = ServiceIntent.Empty(PlanCluster.ThisNode, IPFamily.IPv4);
        var port = PlanCluster.Port("shop/web", "172.30.0.1", "10.0.0.1");
        var after = before.With(port.Name.Service, [port]);
        using var stop = new CancellationTokenSource();
        var write = kernel.ChangeAsync(before, after, [port.Name.Service], stop.Token);
        await stuck.Started.WaitAsync(s_patience, TestContext.Current.CancellationToken);
        Assert.False(write.IsCompleted);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => write.WaitAsync(s_patience, TestContext.Current.CancellationToken));
    }

    private sealed class StuckKernel : IRuleKernel
    {
        private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Started => _started.Task;

        public RulesStamp? ReadStamp() => null;

        public async Task<RestoreResult> RestoreAsync(RestoreBatch batch, CancellationToken cancellationToken)
        {
            _started.SetResult();
            await Task.Delay(Timeout.Infinite, cancellationToken);
            return new RestoreResult.Ok();
        }

        public Task<SaveResult<T>> SaveAsync<T>(Func<Stream, T> read, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
