using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.ExceptionServices;

using Sluice.Linux.Interop;
namespace Sluice.Linux.Lab;

/// <summary>
/// A private network namespace that lives as long as one thread: work runs on that thread, sockets and processes it makes
/// belong to the namespace. It has no name, so nothing is left behind, not even when this process is killed.
/// </summary>
public sealed class NetworkNamespace : IDisposable
{
    private readonly BlockingCollection<Action> _work = [];
    private readonly Thread _thread;
    private readonly int? _cpu;

    /// <summary>Makes the namespace and the thread that holds it.</summary>
    /// <param name="name">For the thread's name.</param>
    /// <param name="cpu">Which of the usable CPUs to stay on: packets sent from one CPU are handled in the order they were sent.</param>
    /// <exception cref="LabException">The kernel does not allow it.</exception>
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

    /// <summary>Runs work inside the namespace and returns what it returns, or throws what it throws.</summary>
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
#pragma warning disable CA1031 // Whatever it is, it is thrown again where the work was asked for.
            catch (Exception e)
#pragma warning restore CA1031
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

    /// <summary>Runs work inside the namespace.</summary>
    public void Run(Action work) => Run(() =>
    {
        work();
        return true;
    });

    /// <summary>Runs an asynchronous method inside the namespace until it has ended: all of it, so that programs it starts belong to the namespace. It must not block on what is asynchronous.</summary>
    public T RunToEnd<T>(Func<Task<T>> method) => Run(() => NamespaceContext.RunToEnd(method));

    /// <summary>Starts a program (not a shell document) inside the namespace: it is forked from the namespace's thread and so belongs to it.</summary>
    /// <exception cref="LabException">It is not installed.</exception>
    public Process Start(ProcessStartInfo start)
    {
        start.FileName = SystemPrograms.Find(start.FileName) ?? throw new LabException($"{start.FileName} is not installed");
        try
        {
            return Run(() => Process.Start(start)) ?? throw new LabException($"{start.FileName} did not start");
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new LabException($"{start.FileName} did not start: {e.Message}");
        }
    }

    /// <summary>Runs a program inside the namespace; a program that takes longer than the timeout is ended.</summary>
    public CommandResult Execute(string program, IEnumerable<string> arguments, string? input = null, TimeSpan? timeout = null)
    {
        using var process = Start(new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        });
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
    }

    /// <summary>Runs a program that must succeed; returns what it printed.</summary>
    /// <exception cref="LabException">It failed.</exception>
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

    /// <summary>The index of one of its interfaces.</summary>
    /// <exception cref="LabException">There is none of that name.</exception>
    public int InterfaceIndex(string name) => Run(() => Libc.if_nametoindex(name) is var index and > 0
        ? (int)index
        : throw new LabException($"no interface {name}"));

    /// <inheritdoc/>
    public void Dispose()
    {
        _work.CompleteAdding();
        _thread.Join(TimeSpan.FromSeconds(10));
        _work.Dispose();
    }

    /// <inheritdoc/>
    public override string ToString() => ThreadId.ToString(CultureInfo.InvariantCulture);

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
                CpuPin.PinThread(cpu);
            }

            started.SetResult();
        }
#pragma warning disable CA1031 // Whatever it is, the constructor throws it.
        catch (Exception e)
#pragma warning restore CA1031
        {
            started.SetException(e);
            return;
        }

        foreach (var work in _work.GetConsumingEnumerable())
        {
            work();
        }
    }
}
