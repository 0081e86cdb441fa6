using System.Net;
using System.Net.Sockets;
using Sluice.Tests.Api.Server;

namespace Sluice.Tests.Api;

/// <summary>
/// A clock that makes a minute's outage take a moment and yet ends no time limit early, however slow the machine is: it goes on only while
/// everybody waits for it. It stands while the server works on an answer, or while the client waits for one that the server does not hold back.
/// </summary>
internal sealed class PatientTime : TimeProvider, IAsyncDisposable
{
    private static readonly DateTimeOffset s_start = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private readonly TimeSpan _step;
    private readonly Lock _gate = new();
    private readonly List<PatientTimer> _timers = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;
    private volatile ServerActivity? _server;
    private long _now;
    private long _jumped;

    /// <summary>Starts it.</summary>
    /// <param name="step">How far it goes at once, each millisecond at most.</param>
    public PatientTime(TimeSpan step)
    {
        _step = step;
        _running = Task.Run(RunAsync);
    }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>Heeds what a server does.</summary>
    public void Heed(ServerActivity server) => _server = server;

    /// <summary>Sets the wall's time, forward or back, as a person or NTP does: timestamps and timers do not see it.</summary>
    public void JumpWall(TimeSpan step) => Interlocked.Add(ref _jumped, step.Ticks);

    public override long GetTimestamp() => Volatile.Read(ref _now);

    public override DateTimeOffset GetUtcNow() => s_start + TimeSpan.FromTicks(GetTimestamp() + Volatile.Read(ref _jumped));

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new PatientTimer(this, () => callback(state), isLimit: state is CancellationTokenSource);
        timer.Change(dueTime, period);
        return timer;
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
                    Advance();
                }
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
        }
    }

    // The client sets a limit, and no more than one at a time for each request, while it waits for an answer or for more of one.
    private bool IsAwaited()
    {
        if (_server is not { } server)
        {
            return true;
        }

        lock (_gate)
        {
            return server.Resting is { } resting && _timers.Count(t => t.IsLimit) <= resting;
        }
    }

    private void Advance()
    {
        var end = _now + _step.Ticks;
        while (NextDue(end) is { } timer)
        {
            Volatile.Write(ref _now, Math.Max(_now, timer.Due));
            timer.Fire();
        }

        Volatile.Write(ref _now, end);
    }

    private PatientTimer? NextDue(long end)
    {
        lock (_gate)
        {
            var next = _timers.MinBy(t => t.Due);
            return next is not null && next.Due <= end && _timers.Remove(next) ? next : null;
        }
    }

    private sealed class PatientTimer(PatientTime time, Action fire, bool isLimit) : ITimer
    {
        public long Due { get; private set; }

        public bool IsLimit => isLimit;

        public void Fire() => fire();

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            if (period != Timeout.InfiniteTimeSpan)
            {
                throw new NotSupportedException("a timer that comes again and again");
            }

            lock (time._gate)
            {
                _ = time._timers.Remove(this);
                if (dueTime != Timeout.InfiniteTimeSpan)
                {
                    Due = time.GetTimestamp() + dueTime.Ticks;
                    time._timers.Add(this);
                }
            }

            return true;
        }

        public void Dispose()
        {
            lock (time._gate)
            {
                _ = time._timers.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
