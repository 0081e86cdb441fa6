using System.ComponentModel;
using System.IO.Pipelines;
using Sluice.Linux.Tools;
using Sluice.Net;
using Sluice.Netfilter.Iptables;

namespace Sluice.Linux.Iptables;

/// <summary>
/// Writes and reads the kernel's tables of one family with iptables-restore and iptables-save. Programs run in the network
/// namespace of the thread that calls; they are started before a method first waits. What a tool does wrong is a result, not an exception.
/// </summary>
public sealed class IptablesTools(IptablesPrograms programs, IptablesToolOptions options)
{
    private readonly string[] _restoreArguments = ["--noflush", "-w", options.LockWaitSeconds];

    /// <summary>The programs in use.</summary>
    public IptablesPrograms Programs => programs;

    /// <summary>Looks for the programs and tries whether they may be used. Changes no rule.</summary>
    public static IptablesDetection Detect(IPFamily family, IptablesToolOptions? options = null) =>
        IptablesDetector.Detect(family, options ?? new IptablesToolOptions());

    /// <summary>
    /// Writes a batch. Each table changes at one moment, or not at all; tables are written in order, so those before one that
    /// fails stay. One restore at a time per family is the caller's part.
    /// </summary>
    /// <exception cref="OperationCanceledException">It was cancelled: the tool is dead, what it wrote is not known.</exception>
    public async Task<RestoreResult> RestoreAsync(RestoreBatch batch, CancellationToken cancellation)
    {
        var name = Path.GetFileName(programs.Restore);
        try
        {
            using var tool = RunningTool.Start(programs.Restore, _restoreArguments, options.Timeout, cancellation);
            _ = tool.DrainAsync();
            var feed = tool.FeedAsync(stream => WriteAsync(batch, stream));
            var exit = await tool.ExitAsync();
            await feed;
            return exit.Succeeded ? new RestoreResult.Ok() : RestoreFailures.Of(name, exit, batch);
        }
        catch (Win32Exception e)
        {
            return new RestoreResult.Failed(RestoreFailureKind.Unusable, RunningTool.WhyNotStarted(programs.Restore, e), At: null);
        }
        catch (ArgumentException e)
        {
            // The writer does not take it, so nothing of it was written.
            return new RestoreResult.Failed(RestoreFailureKind.Refused, e.Message, At: null);
        }
    }

    /// <summary>Reads tables: their dumps, one after the other in one stream, are given to <paramref name="read"/>, whose answer counts only when every tool ended well.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public async Task<SaveResult<T>> SaveAsync<T>(IReadOnlyList<string> tables, Func<Stream, T> read, CancellationToken cancellation)
    {
        var name = Path.GetFileName(programs.Save);
        var tools = new List<RunningTool>();
        try
        {
            foreach (var table in tables)
            {
                var tool = RunningTool.Start(programs.Save, ["-t", table], options.Timeout, cancellation);
                tools.Add(tool);
                tool.Input.Close();
            }

            var value = await Task.Run(() =>
            {
                using var dump = new ToolOutputs(tools);
                var made = read(dump);
                dump.CopyTo(Stream.Null);
                return made;
            }, CancellationToken.None);
            for (var i = 0; i < tools.Count; i++)
            {
                if (await tools[i].ExitAsync() is { Succeeded: false } exit)
                {
                    return new SaveResult<T>.Failed($"{name} -t {tables[i]}: {exit.Reason}");
                }
            }

            return new SaveResult<T>.Read(value);
        }
        catch (Win32Exception e)
        {
            return new SaveResult<T>.Failed(RunningTool.WhyNotStarted(programs.Save, e));
        }
        finally
        {
            tools.ForEach(tool => tool.Dispose());
        }
    }

    private static async Task WriteAsync(RestoreBatch batch, Stream stream)
    {
        // The whole text first: nothing of a batch that cannot be written reaches the tool.
        var writer = PipeWriter.Create(stream, new StreamPipeWriterOptions(minimumBufferSize: 1 << 16, leaveOpen: true));
        try
        {
            RestoreBatchWriter.Write(batch, writer);
        }
        catch (ArgumentException e)
        {
            await writer.CompleteAsync(e);
            throw;
        }

        await writer.CompleteAsync();
    }
}
