using System.Collections.Concurrent;

namespace Sluice.Linux.Lab;

/// <summary>Keeps what an asynchronous method does after it waited on the thread of its network namespace, so that programs it starts belong there.</summary>
internal sealed class NamespaceContext : SynchronizationContext
{
    private readonly BlockingCollection<(SendOrPostCallback Work, object? State)> _queue = [];

    /// <summary>Runs a method on the calling thread until it has ended.</summary>
    internal static T RunToEnd<T>(Func<Task<T>> method)
    {
        var before = Current;
        var context = new NamespaceContext();
        SetSynchronizationContext(context);
        try
        {
            var task = method();
            _ = task.ContinueWith(_ => context._queue.CompleteAdding(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            foreach (var (work, state) in context._queue.GetConsumingEnumerable())
            {
                work(state);
            }

            return task.GetAwaiter().GetResult();
        }
        finally
        {
            SetSynchronizationContext(before);
        }
    }

    /// <inheritdoc/>
    public override void Post(SendOrPostCallback d, object? state)
    {
        try
        {
            _queue.Add((d, state));
        }
        catch (InvalidOperationException)
        {
            // The method has ended: what is left of others goes on anywhere.
            base.Post(d, state);
        }
    }
}
