using System.Diagnostics;
using System.Globalization;
using Sluice.Daemon;
using Sluice.Dataplane.Comparing;
using Sluice.Kubernetes.Intent;
using Sluice.Linux.Lab;
using Sluice.Linux.Measuring;
using Sluice.Net;

namespace Sluice.Measuring;

/// <summary>
/// Measures what a mode costs in this kernel, in a lab of network namespaces that is made for one measurement and gone after it: rules of the machine are neither read nor
/// written. Not for several measurements at a time.
/// </summary>
/// <param name="open">Opens the kernel in the mode, in the network namespace of the calling thread.</param>
/// <param name="budget">How long a measurement may take.</param>
internal sealed class ModeMeter(Func<MeasuredKernel> open, TimeSpan budget)
{
    private const int Connections = 101;

    // There and back: twice as many changes.
    private const int Rounds = 11;
    private const int FewestChanges = 3;

    private static readonly LabPod[] s_pods = [new("client", 10), new("server", 11)];

    /// <summary>Measures a cluster, and adds to what was counted of it.</summary>
    public CostPoint Measure(CostPoint point, ServiceIntent cluster)
    {
        using var end = new CancellationTokenSource(budget);
        try
        {
            using var lab = LabCluster.Build(s_pods);
            using var connect = new ConnectMeter(lab.Pod("client"), lab.Pod("server"), cluster.Family);
            var direct = connect.Median(connect.Address, connect.Port, Connections, end.Token);
            var space = lab.Node.Machine.Namespace;
            using var opened = space.Run(open);
            var outcome = space.RunToEnd(() => MeasureAsync(opened, AtHome(cluster), connect, end.Token));
            return outcome switch
            {
                { Cost: { } cost } => point with { Measured = cost with { DirectConnect = direct } },
                { Problem: { } problem } => point with { NotMeasured = problem },
                _ => OverBudget(point),
            };
        }
        catch (OperationCanceledException)
        {
            return OverBudget(point);
        }
        catch (Exception e) when (e is LabException or CommandFailure)
        {
            return point with { NotMeasured = e.Message.Split('\n')[0] };
        }
    }

    /// <summary>The point of a size that needs not be tried, since a smaller one took too long.</summary>
    public CostPoint OverBudget(CostPoint point, int smaller) => OverBudget(point) with
    {
        NotMeasured = string.Create(CultureInfo.InvariantCulture, $"{Limit} already with {smaller:#,0} Services"),
    };

    private string Limit => string.Create(CultureInfo.InvariantCulture, $"over the limit of {budget.TotalSeconds:0.##} s");

    private CostPoint OverBudget(CostPoint point) => point with { NotMeasured = Limit, IsOverBudget = true };

    // Pods are those of the lab, so that connections from one take a pod's way.
    private static ServiceIntent AtHome(ServiceIntent cluster) =>
        ServiceIntent.Empty(cluster.Node with { LocalDetector = new LocalDetector.Cidr(LabAddresses.ClusterCidrs.ToEquatableArray()) }, cluster.Family).With(cluster.Services);

    // Neither a cost nor a problem: it took too long.
    private async Task<(MeasuredCost? Cost, string? Problem)> MeasureAsync(MeasuredKernel opened, ServiceIntent cluster, ConnectMeter connect, CancellationToken end)
    {
        var before = KernelMemory.Read();
        var start = Stopwatch.GetTimestamp();
        var loaded = await opened.Kernel.CompareAsync(cluster, end);
        var cost = new MeasuredCost(opened.Tool, Stopwatch.GetElapsedTime(start));
        if (loaded.Status != WriteStatus.Done)
        {
            return (null, loaded.Status == WriteStatus.Stopped || end.IsCancellationRequested ? null : loaded.Problem);
        }

        cost = cost with { KernelBytes = Growth(before, KernelMemory.Read()) };
        try
        {
            cost = await MeasureConnectionsAsync(cost, opened.Kernel, cluster, connect, end);
            return (await MeasureChangesAsync(cost, opened.Kernel, cluster, end), null);
        }
        catch (OperationCanceledException)
        {
            // What took its time was the load: it is measured.
            return (cost, null);
        }
    }

    private static long? Growth((long Bytes, long Noise)? before, (long Bytes, long Noise)? after) =>
        (before, after) is ({ } b, { } a) && a.Bytes - b.Bytes > 2 * (a.Noise + b.Noise) ? a.Bytes - b.Bytes : null;

    // The last Service gets the lab's server for its endpoint meanwhile.
    private static async Task<MeasuredCost> MeasureConnectionsAsync(
        MeasuredCost cost, IFamilyKernel kernel, ServiceIntent cluster, ConnectMeter connect, CancellationToken end)
    {
        if (cluster.Ports.LastOrDefault(p => p.Name.Protocol == L4Protocol.Tcp) is not { } last)
        {
            return cost;
        }

        var server = new Endpoint(connect.Address, connect.Port) { IsLocal = true };
        var ports = cluster.PortsOf(last.Name.Service)
            .Select(p => p == last ? p with { Endpoints = new EndpointChoice([server], [server], [server], HasAny: true), EndpointCount = 1 } : p)
            .ToEquatableArray();
        var reachable = cluster.With(last.Name.Service, ports);
        if ((await kernel.ChangeAsync(cluster, reachable, [last.Name.Service], end)).Status != WriteStatus.Done)
        {
            return cost;
        }

        cost = cost with
        {
            LastConnect = connect.Median(last.ClusterIP, last.Port, Connections, end),
            NoServiceConnect = connect.Median(connect.Address, connect.Port, Connections, end),
        };
        _ = await kernel.ChangeAsync(reachable, cluster, [last.Name.Service], end);
        return cost;
    }

    private static async Task<MeasuredCost> MeasureChangesAsync(MeasuredCost cost, IFamilyKernel kernel, ServiceIntent cluster, CancellationToken end)
    {
        var newcomer = NetAddress.Parse(cluster.Family == IPFamily.IPv4 ? "100.127.255.254" : "fd00:51:4::1");
        var changing = cluster.Services.Where(s => s.Value.Any(p => p.Endpoints.All.Count > 0)).ToList();
        var samples = new List<TimeSpan>();
        for (var round = 0; round < Rounds && changing.Count > 0 && !end.IsCancellationRequested; round++)
        {
            var (name, ports) = changing[(int)((long)round * changing.Count / Rounds)];
            var old = ports.First(p => p.Endpoints.All.Count > 0).Endpoints.All[0].Address;
            var changed = cluster.With(name, ports.Select(p => EndpointMapping.Map(p, a => a == old ? newcomer : a)).ToEquatableArray());
            foreach (var (from, to) in ((ServiceIntent, ServiceIntent)[])[(cluster, changed), (changed, cluster)])
            {
                var start = Stopwatch.GetTimestamp();
                var written = await kernel.ChangeAsync(from, to, [name], end);
                if (written.Status != WriteStatus.Done)
                {
                    return Median(cost, samples);
                }

                samples.Add(Stopwatch.GetElapsedTime(start));
            }
        }

        return Median(cost, samples);
    }

    private static MeasuredCost Median(MeasuredCost cost, List<TimeSpan> samples)
    {
        samples.Sort();
        return samples.Count < FewestChanges ? cost : cost with { Change = samples[samples.Count / 2], Changes = samples.Count };
    }
}
