using System.Diagnostics;
using Sluice.Net;

namespace Sluice.KernelTests.Traffic;

/// <summary>
/// Pods of one Service that come and go as in a rolling update, and the manifests that say so. A pod that leaves serves on for its
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
    private readonly string _folder;
    private int _changes;

    /// <summary>Starts the pods and writes the first manifests.</summary>
    /// <param name="pods">All pods; the first six come and go, the others leave for good, one after the other.</param>
    /// <param name="folder">Where the manifests are.</param>
    /// <param name="seed">For the order of changes.</param>
    public RollingPods(IReadOnlyList<LabMachine> pods, string folder, int seed)
    {
        _pods = pods;
        _folder = folder;
        _random = new Random(seed);
        _endpoints = [.. pods];
        _retired = new Queue<LabMachine>(pods.Skip(Coming));
        foreach (var pod in pods)
        {
            pod.Serve(L4Protocol.Tcp, 8080);
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

    private void Write()
    {
        var endpoints = _pods.Where(_endpoints.Contains).Select(p => $"- {{ addresses: [{p.Address(IPFamily.IPv4)}], nodeName: node-1 }}");
        var path = Path.Combine(_folder, "web.yaml");
        File.WriteAllText(path + ".new", $$"""
            apiVersion: v1
            kind: Service
            metadata: { namespace: shop, name: web }
            spec:
              type: LoadBalancer
              clusterIP: 10.96.0.10
              ports: [{ protocol: TCP, port: 80, targetPort: 8080, nodePort: 30080 }]
            status: { loadBalancer: { ingress: [{ ip: 198.51.100.10 }] } }
            ---
            apiVersion: discovery.k8s.io/v1
            kind: EndpointSlice
            metadata: { namespace: shop, name: web-1, labels: { kubernetes.io/service-name: web } }
            addressType: IPv4
            ports: [{ name: "", protocol: TCP, port: 8080 }]
            endpoints:
            {{string.Join('\n', endpoints)}}

            """);
        File.Move(path + ".new", path, overwrite: true);
    }
}
