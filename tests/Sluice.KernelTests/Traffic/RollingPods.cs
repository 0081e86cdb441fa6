using System.Diagnostics;
using Sluice.Net;

namespace Sluice.KernelTests.Traffic;

/// <summary>
/// Pods of one Service that come and go as it happens, and what the cluster says of them. A pod that leaves serves on for its
/// grace time, then is gone: connections to it are refused.
/// </summary>
internal sealed class RollingPods
{
    /// <summary>How long a pod that ends still answers (half of what Kubernetes gives it).</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(15);

    private const int Coming = 6;

    private readonly IReadOnlyList<LabMachine> _pods;
    private readonly HashSet<LabMachine> _endpoints;
    private readonly Queue<LabMachine> _retired;
    private readonly List<(LabMachine Pod, long Since)> _leaving = [];
    private readonly Random _random;
    private readonly LabCluster _lab;
    private readonly LabSource _source;
    private int _changes;

    /// <summary>Starts the pods, and says that they are there.</summary>
    /// <param name="lab">Where they are.</param>
    /// <param name="pods">All pods; the first six come and go, the others leave for good, one after the other.</param>
    /// <param name="source">Where to say which are endpoints.</param>
    /// <param name="seed">For the order of changes.</param>
    public RollingPods(LabCluster lab, IReadOnlyList<LabMachine> pods, LabSource source, int seed)
    {
        (_lab, _pods, _source) = (lab, pods, source);
        _random = new Random(seed);
        _endpoints = [.. pods];
        _retired = new Queue<LabMachine>(pods.Skip(Coming));
        foreach (var pod in pods)
        {
            pod.Serve(L4Protocol.Tcp, WebService.TargetPort);
        }

        Write();
    }

    /// <summary>How often endpoints changed.</summary>
    public int Changes => _changes;

    /// <summary>How many pods are gone for good.</summary>
    public int Gone { get; private set; }

    /// <summary>One of the pods comes or goes; every twentieth time one leaves for good.</summary>
    public void Step()
    {
        _changes++;
        if (_changes % 20 == 0 && _retired.TryDequeue(out var old))
        {
            _endpoints.Remove(old);
            _leaving.Add((old, Stopwatch.GetTimestamp()));
        }
        else
        {
            var pod = _pods[_random.Next(Coming)];
            if (!_endpoints.Add(pod) && _endpoints.Count > 2)
            {
                _endpoints.Remove(pod);
            }
        }

        Write();
        foreach (var (pod, since) in _leaving.Where(l => Stopwatch.GetElapsedTime(l.Since) > Grace).ToList())
        {
            pod.StopServing();
            Gone++;
            _leaving.Remove((pod, since));
        }
    }

    private void Write() => _source.Write(WebService.Objects(_lab, _pods.Where(_endpoints.Contains).Select(WebService.Endpoint)));
}
