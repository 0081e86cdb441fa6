using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.ExceptionServices;
using Sluice.KernelTests.Lab.Interop;

namespace Sluice.KernelTests.Lab;

/// <summary>
/// A private network namespace that lives as long as one thread: work runs on that thread, sockets and processes it makes
/// belong to the namespace. It has no name, so nothing is left behind, not even when the test process is killed.
/// </summary>
public sealed class NetworkNamespace : IDisposable
{
    private readonly BlockingCollection<Action> _work = [];
    private readonly Thread _thread;
    private readonly int? _cpu;

    /// <summary>Makes the namespace and the thread that holds it.</summary>
    /// <param name="name">For the thread's name.</param>
    /// <param name="cpu">Which of the usable CPUs to stay on: packets sent from one CPU are handled in the order they were sent.</param>
    public NetworkNamespace(string name, int? cpu = null)
    {
        _cpu = cpu;
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _thread = new Thread(() => Loop(started)) { IsBackground = true, Name = "netns " + name };
        _thread.Start();
        started.Task.GetAwaiter().GetResult();
    }

    /// <summary>The thread's id, which `ip link set ... netns` accepts as the name of the namespace.</summary>
    public int ThreadId { get; private set; }

    public T Run<T>(Func<T> work)
    {
        if (Thread.CurrentThread == _thread)
        {
            return work();
        }

        T result = default!;
        ExceptionDispatchInfo? error = null;
        using var done = new ManualResetEventSlim();
        _work.Add(() =>
        {
            try
            {
                result = work();
            }
            catch (Exception e)
            {
                error = ExceptionDispatchInfo.Capture(e);
            }
            finally
            {
                done.Set();
            }
        });
        done.Wait();
        error?.Throw();
        return result;
    }

    public void Run(Action work) => Run(() =>
    {
        work();
        return true;
    });

    /// <summary>Runs a program inside the namespace; a program that takes longer than the timeout is ended.</summary>
    public CommandResult Execute(string program, IEnumerable<string> arguments, string? input = null, TimeSpan? timeout = null) =>
        Run(() =>
        {
            var start = new ProcessStartInfo(program)
            {
                UseShellExecute = false,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            foreach (var argument in arguments)
            {
                start.ArgumentList.Add(argument);
            }

            // The child is forked from this thread and so inherits its namespace.
            using var process = Process.Start(start) ?? throw new LabException($"{program} did not start");
            var output = process.StandardOutput.ReadToEndAsync();
            var errors = process.StandardError.ReadToEndAsync();
            try
            {
                process.StandardInput.Write(input);
                process.StandardInput.Close();
            }
            catch (IOException)
            {
                // The program ended before it read everything: its exit code says why.
            }

            if (!process.WaitForExit(timeout ?? TimeSpan.FromSeconds(60)))
            {
                process.Kill();
                throw new LabException($"{program} did not end in time");
            }

            return new CommandResult(process.ExitCode, output.GetAwaiter().GetResult(), errors.GetAwaiter().GetResult());
        });

    /// <summary>Runs a program that must succeed.</summary>
    public string Check(string program, IEnumerable<string> arguments, string? input = null)
    {
        var result = Execute(program, arguments, input);
        return result.ExitCode == 0
            ? result.Output
            : throw new LabException($"{program} exited {result.ExitCode}: {result.Error}\n{input}");
    }

    /// <summary>Writes a sysctl of this namespace; false when the kernel has none of that name.</summary>
    public bool Sysctl(string name, string value) => Run(() =>
    {
        var path = "/proc/sys/" + name.Replace('.', '/');
        if (!File.Exists(path))
        {
            return false;
        }

        File.WriteAllText(path, value);
        return true;
    });

    public int InterfaceIndex(string name) => Run(() => Libc.if_nametoindex(name) is var index and > 0
        ? (int)index
        : throw new LabException($"no interface {name}"));

    public void Dispose()
    {
        _work.CompleteAdding();
        _thread.Join(TimeSpan.FromSeconds(10));
        _work.Dispose();
    }

    /// <summary>Keeps this thread on the nth of the CPUs it may use.</summary>
    private static unsafe void Pin(int nth)
    {
        const int Words = 16;
        var mask = stackalloc ulong[Words];
        new Span<ulong>(mask, Words).Clear();
        if (Libc.sched_getaffinity(0, Words * sizeof(ulong), mask) < 0)
        {
            throw LabException.FromErrno("sched_getaffinity");
        }

        var allowed = Enumerable.Range(0, Words * 64).Where(i => (mask[i / 64] >> (i % 64) & 1) != 0).ToList();
        var cpu = allowed[nth % allowed.Count];
        new Span<ulong>(mask, Words).Clear();
        mask[cpu / 64] = 1UL << (cpu % 64);
        if (Libc.sched_setaffinity(0, Words * sizeof(ulong), mask) < 0)
        {
            throw LabException.FromErrno("sched_setaffinity");
        }
    }

    private void Loop(TaskCompletionSource started)
    {
        try
        {
            if (Libc.unshare(Libc.CLONE_NEWNET) < 0)
            {
                throw LabException.FromErrno("unshare(CLONE_NEWNET)");
            }

            ThreadId = Libc.gettid();
            if (_cpu is { } cpu)
            {
                Pin(cpu);
            }

            started.SetResult();
        }
        catch (Exception e)
        {
            started.SetException(e);
            return;
        }

        foreach (var work in _work.GetConsumingEnumerable())
        {
            work();
        }
    }

    public override string ToString() => ThreadId.ToString(CultureInfo.InvariantCulture);
}
