using System.Net;
using System.Net.Sockets;
using Sluice.Tests.Api.Server;
using Sluice.Tests.Daemon;

namespace Sluice.Tests.Api;

/// <summary>
/// A clock that makes a minute's outage take a moment and yet ends no time limit early, however slow the machine is: it goes on only while
/// everybody waits for it. It stands while the server works on an answer, or while the client waits for one that the server does not hold back.
/// </summary>
internal sealed class PatientTime : TimeProvider, IAsyncDisposable
{
    private readonly TimeSpan _step;
    private readonly ManualTime _clock = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;
    private volatile ServerActivity? _server;
    private int _limits;

    /// <summary>Starts it.</summary>
    /// <param name="step">How far it goes at once, each millisecond at most.</param>
    public PatientTime(TimeSpan step)
    {
        _step = step;
        _running = Task.Run(RunAsync);
    }

    public override long TimestampFrequency => _clock.TimestampFrequency;

    /// <summary>Heeds what a server does.</summary>
    public void Heed(ServerActivity server) => _server = server;

    /// <summary>Sets the wall's time, forward or back, as a person or NTP does: timestamps and timers do not see it.</summary>
    public void JumpWall(TimeSpan step) => _clock.JumpWall(step);

    public override long GetTimestamp() => _clock.GetTimestamp();

    public override DateTimeOffset GetUtcNow() => _clock.GetUtcNow();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = _clock.CreateTimer(callback, state, dueTime, period);
        return state is CancellationTokenSource ? new Limit(timer, this) : timer;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
    }

    // A step comes after a round trip through a socket: so it waits behind all that other sockets of this process received before.
    private async Task RunAsync()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        using var near = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await near.ConnectAsync(listener.LocalEndPoint!);
        using var far = await listener.AcceptAsync();
        var octet = new byte[1];
        try
        {
            while (true)
            {
                await Task.Delay(1, _stop.Token);
                var receiving = far.ReceiveAsync(octet, _stop.Token);
                _ = await near.SendAsync(octet, _stop.Token);
                _ = await receiving;
                if (IsAwaited())
                {
                    _clock.Advance(_step);
                }
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
        }
    }

    // The client sets a limit, and no more than one at a time for each request, while it waits for an answer or for more of one.
    private bool IsAwaited() => _server is not { } server || (server.Resting is { } resting && Volatile.Read(ref _limits) <= resting);

    private sealed class Limit : ITimer
    {
        private readonly ITimer _timer;
        private readonly PatientTime _time;
        private int _isOver;

        public Limit(ITimer timer, PatientTime time)
        {
            (_timer, _time) = (timer, time);
            Interlocked.Increment(ref time._limits);
        }

        public bool Change(TimeSpan dueTime, TimeSpan period) => _timer.Change(dueTime, period);

        public void Dispose()
        {
            _timer.Dispose();
            if (Interlocked.Exchange(ref _isOver, 1) == 0)
            {
                Interlocked.Decrement(ref _time._limits);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
