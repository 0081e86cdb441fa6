using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace Sluice.Linux.Tools;

/// <summary>
/// A tool of the system that is running: its input and output as streams, and its end. It runs in the network namespace of the
/// thread that started it, with messages in English, and is killed when its time is up or it is disposed of.
/// </summary>
public sealed class RunningTool : IDisposable
{
    /// <summary>How many characters of standard error are kept.</summary>
    public const int ErrorLimit = 16 * 1024;

    // What an ended tool wrote is in the pipe already; a child it left behind may keep the pipe open for ever.
    private static readonly TimeSpan s_lastWords = TimeSpan.FromSeconds(1);

    private readonly Process _process;
    private readonly Task<string> _error;
    private readonly CancellationTokenSource _stop;
    private readonly CancellationToken _cancellation;
    private readonly CancellationTokenRegistration _kill;

    private RunningTool(Process process, TimeSpan timeout, CancellationToken cancellation)
    {
        _process = process;
        _cancellation = cancellation;
        _error = ReadErrorAsync(process.StandardError.BaseStream);
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        _stop.CancelAfter(timeout);
        _kill = _stop.Token.Register(Kill);
    }

    /// <summary>Its standard input; close it when all is written.</summary>
    public Stream Input => _process.StandardInput.BaseStream;

    /// <summary>Its standard output.</summary>
    public Stream Output => _process.StandardOutput.BaseStream;

    /// <summary>Starts the program at a path.</summary>
    /// <param name="path">The program's file.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="timeout">How long it may run before it is killed.</param>
    /// <param name="cancellation">Kills it too.</param>
    /// <exception cref="Win32Exception">It cannot be started.</exception>
    public static RunningTool Start(string path, IReadOnlyList<string> arguments, TimeSpan timeout, CancellationToken cancellation) =>
        Start(path, arguments, [], timeout, cancellation);

    /// <summary>The same with variables added to the environment it gets; of two of a name the last counts.</summary>
    /// <exception cref="Win32Exception">It cannot be started.</exception>
    public static RunningTool Start(
        string path, IReadOnlyList<string> arguments, IReadOnlyList<KeyValuePair<string, string>> environment, TimeSpan timeout, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo(path, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        start.Environment["LC_ALL"] = "C";
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return new RunningTool(ToolStack.WithLargeStack(() => Process.Start(start)!), timeout, cancellation);
    }

    // The framework's own message also names the working directory.
    internal static string WhyNotStarted(string path, Win32Exception e) => $"{path} cannot be started: {new Win32Exception(e.NativeErrorCode).Message}";

    /// <summary>Writes its whole input and closes it; a tool that stops reading before the end is no error: its exit code says why.</summary>
    public async Task FeedAsync(Func<Stream, Task> write)
    {
        try
        {
            // Pipes block: a thread of the pool waits, not the caller.
            await Task.Run(
                async () =>
                {
                    try
                    {
                        await write(Input);
                    }
                    finally
                    {
                        Input.Close();
                    }
                },
                CancellationToken.None);
        }
        catch (IOException)
        {
        }
    }

    /// <summary>Reads its output to the end and keeps none of it: a tool must not block on a full pipe.</summary>
    public async Task DrainAsync()
    {
        try
        {
            await Output.CopyToAsync(Stream.Null, CancellationToken.None);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // Closed under it by the end of the run.
        }
    }

    /// <summary>Waits for its end.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled; it is dead.</exception>
    public async Task<ToolExit> ExitAsync()
    {
        await _process.WaitForExitAsync(CancellationToken.None);
        var timedOut = _stop.IsCancellationRequested;
        _cancellation.ThrowIfCancellationRequested();
        var error = await Task.WhenAny(_error, Task.Delay(s_lastWords, CancellationToken.None)) == _error ? await _error : "";
        return new ToolExit(_process.ExitCode, error, timedOut && _process.ExitCode != 0);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _kill.Dispose();
        _stop.Dispose();
        Kill();

        // The framework leaves streams that somebody has seen to the garbage collector, and their descriptors with them.
        Input.Dispose();
        Output.Dispose();
        _process.StandardError.Dispose();
        _process.Dispose();
    }

    private void Kill()
    {
        try
        {
            if (!_process.HasExited)
            {
                _process.Kill(entireProcessTree: true);
            }
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception or AggregateException)
        {
            // It ended just now.
        }
    }

    // To the end too, even when no more is kept.
    private static async Task<string> ReadErrorAsync(Stream stream)
    {
        var text = new StringBuilder();
        var bytes = new byte[4096];
        try
        {
            for (int count; (count = await stream.ReadAsync(bytes, CancellationToken.None)) > 0;)
            {
                var part = Encoding.UTF8.GetString(bytes, 0, count);
                text.Append(part, 0, int.Min(part.Length, ErrorLimit - text.Length));
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // Closed under it by the end of the run.
        }

        return text.ToString();
    }
}
