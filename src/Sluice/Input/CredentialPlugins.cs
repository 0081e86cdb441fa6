using System.ComponentModel;
using Sluice.Kubernetes.Api;
using Sluice.Linux;
using Sluice.Linux.Tools;

namespace Sluice.Input;

/// <summary>Runs the credential plugins of kubeconfigs as processes of this machine.</summary>
internal sealed class CredentialPlugins : IExecCredentialRunner
{
    // A token with certificates is some kilobytes.
    private const int MaxOutput = 1 << 20;

    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(1);

    /// <inheritdoc/>
    public async Task<ExecOutput> RunAsync(ExecCommand command, CancellationToken cancellationToken)
    {
        var path = command.Command.Contains('/', StringComparison.Ordinal) ? command.Command : SystemPrograms.Find(command.Command);
        if (path is null || !File.Exists(path))
        {
            return new ExecOutput(default, "there is no such program") { IsMissing = true };
        }

        try
        {
            using var tool = RunningTool.Start(path, command.Arguments, command.Environment, s_patience, cancellationToken);
            tool.Input.Close();
            var output = await ReadAsync(tool.Output);
            var exit = await tool.ExitAsync();
            return !exit.Succeeded ? new ExecOutput(default, exit.Reason)
                : output is null ? new ExecOutput(default, $"it prints more than {MaxOutput >> 20} MB")
                : new ExecOutput(output, null);
        }
        catch (Win32Exception e)
        {
            return new ExecOutput(default, new Win32Exception(e.NativeErrorCode).Message);
        }
    }

    // The tool's end closes its output, and its time is limited.
    private static async Task<byte[]?> ReadAsync(Stream stream)
    {
        using var output = new MemoryStream();
        var part = new byte[16 << 10];
        for (int count; (count = await stream.ReadAsync(part, CancellationToken.None)) > 0;)
        {
            if (output.Length <= MaxOutput)
            {
                await output.WriteAsync(part.AsMemory(0, count), CancellationToken.None);
            }
        }

        return output.Length <= MaxOutput ? output.ToArray() : null;
    }
}
