using System.Collections.Concurrent;
using System.Diagnostics;
using Sluice.Net;

namespace Sluice.KernelTests.Traffic;

/// <summary>
/// The pods of a Deployment that is updated without end: one by one a new pod becomes ready, then an old one ends, which serves on for its grace time
/// and then is gone. A pod that is gone answers all the same, so that who is still led to it is counted for certain.
/// </summary>
internal sealed class RollingUpdate
{
    /// <summary>How many pods there must be: as many again are ending, and as many gone.</summary>
    public const int Pods = 3 * Replicas;

    private const int Replicas = 6;

    // A tenth of what Kubernetes gives: longer than a proxy is away, or it would be of no use that endpoints go.
    private static readonly TimeSpan s_grace = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan s_pause = s_grace / Replicas;

    private readonly LabCluster _lab;
    private readonly LabSource _source;
    private readonly Queue<LabMachine> _ready;
    private readonly Queue<(LabMachine Pod, long Since)> _ending = new();
    private readonly Queue<LabMachine> _free;
    private readonly ConcurrentDictionary<string, long> _gone = new(StringComparer.Ordinal);

    /// <summary>Starts the pods, and says which are endpoints.</summary>
    public RollingUpdate(LabCluster lab, IReadOnlyList<LabMachine> pods, LabSource source)
    {
        (_lab, _source) = (lab, source);
        foreach (var pod in pods)
        {
            pod.Serve(L4Protocol.Tcp, WebService.TargetPort);
        }

        _ready = new(pods.Take(Replicas));
        _free = new(pods.Skip(Replicas));
        Write();
    }

    /// <summary>How many pods were replaced.</summary>
    public int Replaced { get; private set; }

    /// <summary>Whether every endpoint was replaced, and those after them too.</summary>
    public bool IsWhole => Replaced >= 2 * Replicas;

    /// <summary>Whether a pod was gone at a moment (a time stamp of <see cref="Stopwatch"/>).</summary>
    public bool WasGone(string pod, long moment) => _gone.TryGetValue(pod, out var since) && since < moment;

    /// <summary>Updates until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(s_pause);
        while (!cancellationToken.IsCancellationRequested)
        {
            Step();
            await timer.WaitForNextTickAsync(CancellationToken.None);
        }
    }

    private void Step()
    {
        while (_ending.TryPeek(out var last) && Stopwatch.GetElapsedTime(last.Since) > s_grace)
        {
            _ending.Dequeue();
            _free.Enqueue(last.Pod);
            Write();
            _gone[last.Pod.Name] = Stopwatch.GetTimestamp();
        }

        if (_free.TryDequeue(out var next))
        {
            _gone.TryRemove(next.Name, out _);
            _ready.Enqueue(next);
            Write();
            _ending.Enqueue((_ready.Dequeue(), Stopwatch.GetTimestamp()));
            Write();
            Replaced++;
        }
    }

    private void Write() => _source.Write(WebService.Objects(
        _lab,
        _ready.Select(WebService.Endpoint).Concat(_ending.Select(e => WebService.Endpoint(e.Pod) with { Ready = false, Serving = true, Terminating = true }))));
}
