using System.Collections.Concurrent;
using System.Diagnostics;
using Xunit;

namespace Sluice.KernelTests.Traffic;

/// <summary>Clients that connect to <see cref="WebService"/> one time after the other, over each kind of address, and what becomes of it.</summary>
internal sealed class ConnectionLoad : IAsyncDisposable
{
    private const int ClientsPerWay = 8;

    // A SYN that is lost is sent again after 1, 3 and 7 seconds: longer than that is a failure.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(3);

    private readonly ConcurrentDictionary<string, int> _counts = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> _failures = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly Func<string, long, bool> _isGone;
    private readonly Task _clients;
    private int _toGone;

    /// <summary>Clients that have begun.</summary>
    /// <param name="lab">Where.</param>
    /// <param name="isGone">Whether a server was gone when a connection was begun (a time stamp of <see cref="Stopwatch"/>).</param>
    public ConnectionLoad(LabCluster lab, Func<string, long, bool> isGone)
    {
        _isGone = isGone;
        _clients = Task.WhenAll(WebService.Ways(lab).SelectMany(way => Enumerable.Repeat(way, ClientsPerWay)).Select(way => Task.Run(() => ConnectAsync(way.Name, way.Client, way.Flow))));
    }

    /// <summary>How many connections were made or tried.</summary>
    public int Total => _counts.Values.Sum();

    /// <summary>Those that were led to an endpoint that was gone; they are no failures.</summary>
    public int ToGone => _toGone;

    /// <summary>Those that failed: when, and how.</summary>
    public IReadOnlyCollection<string> Failures => _failures;

    /// <summary>What became of it, in a line.</summary>
    public override string ToString() =>
        $"{Total} connections in {_clock.Elapsed.TotalSeconds:0.0} s ({string.Join(", ", _counts.OrderBy(c => c.Key, StringComparer.Ordinal).Select(c => $"{c.Key} {c.Value}"))}), {_failures.Count} failed, {_toGone} to endpoints that were gone";

    /// <summary>Waits until so many connections were made.</summary>
    public Task ReachAsync(int connections) => UntilAsync(() => Total >= connections);

    /// <summary>Waits until something is so.</summary>
    public async Task UntilAsync(Func<bool> isSo)
    {
        var started = Stopwatch.GetTimestamp();
        while (!isSo())
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < s_limit, $"not in time: {this}");
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Ends it; the last connections are waited for.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _clients;
        _clock.Stop();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stop.Dispose();
    }

    private async Task ConnectAsync(string name, LabMachine client, LabFlow flow)
    {
        while (!_stop.IsCancellationRequested)
        {
            var (started, at) = (Stopwatch.GetTimestamp(), _clock.Elapsed);
            var result = await client.ConnectAsync(flow with { Patience = s_patience });
            _counts.AddOrUpdate(name, 1, (_, n) => n + 1);
            if (result is not ConnectionResult.Delivered { Server: var server })
            {
                _failures.Enqueue($"{name} at {at.TotalSeconds:0.00} s: {result}");
            }
            else if (_isGone(server, started))
            {
                Interlocked.Increment(ref _toGone);
            }
        }
    }
}
