namespace Sluice.Kubernetes.Api;

/// <summary>Runs credential plugins: this project starts no process.</summary>
public interface IExecCredentialRunner
{
    /// <summary>Runs a program to its end, without a terminal and for a minute at most. What goes wrong is in the answer.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled, and is ended.</exception>
    public Task<ExecOutput> RunAsync(ExecCommand command, CancellationToken cancellationToken);
}
