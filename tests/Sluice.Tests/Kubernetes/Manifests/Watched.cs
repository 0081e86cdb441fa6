using System.Globalization;
using Sluice.Kubernetes.Cluster;
using Sluice.Kubernetes.Manifests;
using Sluice.Kubernetes.Objects;
using Xunit;

namespace Sluice.Tests.Kubernetes.Manifests;

/// <summary>A folder of manifests of its own that is being watched, and what was reported of it.</summary>
internal sealed class Watched : IAsyncDisposable
{
    private static readonly TimeSpan s_bound = TimeSpan.FromSeconds(20);

    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new();
    private readonly Dictionary<ObjectKey, ClusterObject> _known = [];
    private readonly List<string> _problems = [];
    private readonly List<string> _log = [];
    private TaskCompletionSource _pulse = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _work = Task.CompletedTask;
    private bool _isComplete;

    public Watched() => Folder = Directory.CreateTempSubdirectory("sluice-watch-").FullName;

    public string Folder { get; }

    /// <summary>What was reported, for messages.</summary>
    public string Log
    {
        get
        {
            lock (_lock)
            {
                return string.Join('\n', _log);
            }
        }
    }

    public IReadOnlyList<string> Problems
    {
        get
        {
            lock (_lock)
            {
                return [.. _problems];
            }
        }
    }

    public string At(string name) => Path.Combine(Folder, name);

    /// <summary>Writes a file in place, step by step as shells do.</summary>
    public void Write(string name, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(At(name))!);
        File.WriteAllText(At(name), text);
    }

    /// <summary>Puts a file in its place by renaming.</summary>
    public void Replace(string name, string text)
    {
        File.WriteAllText(At(".new"), text);
        File.Move(At(".new"), At(name), overwrite: true);
    }

    public void Start(string name = "") => _work = RunAsync(new ManifestSource(name.Length == 0 ? Folder : At(name), TimeProvider.System));

    /// <summary>Waits for what a test expects, and fails with all that was reported.</summary>
    public async Task ExpectAsync(string what, Func<State, bool> condition)
    {
        var end = Task.Delay(s_bound, TestContext.Current.CancellationToken);
        while (true)
        {
            Task pulse;
            lock (_lock)
            {
                if (condition(new State(_known, _problems, _isComplete)))
                {
                    return;
                }

                pulse = _pulse.Task;
            }

            if (_work.IsFaulted)
            {
                await _work;
            }

            Assert.True(await Task.WhenAny(pulse, end, _work) == pulse, $"never came: {what}\n{Log}");
        }
    }

    /// <summary>Waits until exactly these Services are known, each with its port: <c>a:80 b:81</c>.</summary>
    public Task ExpectServicesAsync(string services) => ExpectAsync($"the Services \"{services}\"", s => s.Services == services);

    public Task ExpectProblemAsync(string part) => ExpectAsync($"a problem with \"{part}\"", s => s.Problems.Any(p => p.Contains(part, StringComparison.Ordinal)));

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _work.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        _stop.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    private async Task RunAsync(ManifestSource source)
    {
        await foreach (var update in source.WatchAsync(_stop.Token))
        {
            lock (_lock)
            {
                Take(update);
                (_pulse, var pulse) = (new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), _pulse);
                pulse.SetResult();
            }
        }
    }

    private void Take(ClusterUpdate update)
    {
        _log.Add(string.Create(CultureInfo.InvariantCulture, $"complete {update.IsComplete}: {string.Join(", ", update.Changes)}; {update.Problem}"));
        foreach (var change in update.Changes)
        {
            if (change is ClusterChange.Upsert { Object: var item })
            {
                _known[ObjectKey.Of(item)] = item;
            }
            else if (change is ClusterChange.Delete { Object: var gone })
            {
                _known.Remove(ObjectKey.Of(gone));
            }
        }

        if (update.Problem is { } problem)
        {
            _problems.Add(problem);
        }

        _isComplete = update.IsComplete;
    }

    /// <summary>What was reported up to a moment.</summary>
    internal sealed record State(IReadOnlyDictionary<ObjectKey, ClusterObject> Known, IReadOnlyList<string> Problems, bool IsComplete)
    {
        public string Services => string.Join(' ', Known.Values.OfType<Service>().Select(s => $"{s.Name.Name}:{s.Ports[0].Port}").Order(StringComparer.Ordinal));
    }
}
