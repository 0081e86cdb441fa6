using System.Diagnostics;
using System.Runtime.InteropServices;
using Xunit;

namespace Sluice.KernelTests.Daemon;

/// <summary>A running <c>sluice proxy</c>: its log and its end.</summary>
internal sealed class ProxyProcess : IDisposable
{
    /// <summary>Patience, not a measurement: a machine under load takes its time.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly Process _process;
    private readonly Lock _gate = new();
    private readonly List<string> _lines = [];
    private readonly SemaphoreSlim _news = new(0);
    private readonly Task _reader;

    public ProxyProcess(Process process)
    {
        _process = process;
        _reader = Task.Run(ReadAsync);
    }

    /// <summary>The log so far.</summary>
    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_gate)
            {
                return [.. _lines];
            }
        }
    }

    public string Log => string.Join('\n', Lines);

    /// <summary>The memory it has in use now, in bytes.</summary>
    public long ResidentBytes
    {
        get
        {
            var line = File.ReadLines($"/proc/{_process.Id}/status").First(l => l.StartsWith("VmRSS:", StringComparison.Ordinal));
            return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]) * 1024;
        }
    }

    /// <summary>Waits for a line of the log that contains all of some words, from a line on; returns the number of the line after it.</summary>
    public async Task<int> LineAsync(int from, params string[] words)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);
        while (true)
        {
            var lines = Lines;
            for (var i = from; i < lines.Count; i++)
            {
                if (Array.TrueForAll(words, w => lines[i].Contains(w, StringComparison.Ordinal)))
                {
                    return i + 1;
                }
            }

            Assert.False(_reader.IsCompleted && lines.Count == Lines.Count, $"it ended without a line with {string.Join(", ", words)}:\n{Log}");
            try
            {
                await _news.WaitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                Assert.Fail($"no line with {string.Join(", ", words)}:\n{Log}");
            }
        }
    }

    /// <summary>Waits until the first sync of a family is done.</summary>
    public Task<int> ReadyAsync(string family = "IPv4") => LineAsync(0, "all rules are in place", $"family={family}");

    public void Send(PosixSignal signal) => Assert.Equal(0, Interop.kill(_process.Id, signal switch
    {
        PosixSignal.SIGTERM => 15,
        PosixSignal.SIGINT => 2,
        PosixSignal.SIGHUP => 1,
        _ => throw new ArgumentOutOfRangeException(nameof(signal)),
    }));

    /// <summary>Ends it as a service manager does. It must run until then, and end well.</summary>
    public async Task StopAsync()
    {
        Assert.False(_process.HasExited, $"it ended by itself:\n{Log}");
        Send(PosixSignal.SIGTERM);
        Assert.True(await ExitAsync() == 0, Log);
    }

    /// <summary>kill -9.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await ExitAsync();
    }

    /// <summary>Waits for the end.</summary>
    public async Task<int> ExitAsync()
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"it has not ended after {Patience.TotalSeconds} s:\n{Log}");
        }

        await _reader;
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit(TimeSpan.FromSeconds(10));
        }

        _process.Dispose();
    }

    private async Task ReadAsync()
    {
        while (await _process.StandardError.ReadLineAsync() is { } line)
        {
            lock (_gate)
            {
                _lines.Add(line);
            }

            _news.Release();
        }

        _news.Release();
    }

    private static class Interop
    {
        [DllImport("libc", SetLastError = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int kill(int pid, int signal);
    }
}
