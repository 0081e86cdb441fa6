using Sluice.Dataplane.Services;
using Sluice.Net;
using Sluice.Netfilter.Tracing;

namespace Sluice.Dataplane.Cost;

/// <summary>Measures what packets to Services cost by tracing one to every address.</summary>
public static class CostMeter
{
    /// <summary>Traces a connection's first packet to every address: from a pod, and to external addresses also from outside.</summary>
    public static CostReport Measure(Tracer tracer, IReadOnlyList<ServiceInfo> services)
    {
        var families = services.Select(s => s.Family).Distinct().ToDictionary(f => f, f => new CostProbe(tracer, f, services));
        var items = new List<ServiceCost>();
        var points = new List<(double Place, double Rules)>();
        for (var i = 0; i < services.Count; i++)
        {
            foreach (var address in services[i].Addresses)
            {
                var probe = families[services[i].Family];
                var item = Measure(probe, services[i], address, CostOrigin.Pod);
                items.Add(item);

                // Node ports are behind a list of their own; what IPVS balances takes as many rules as its kind.
                if (address is { Target: not null, Kind: not ServiceAddressKind.NodePort } ||
                    (address is { Server: not null, Kind: ServiceAddressKind.ClusterIP } && item.Verdict == TraceVerdict.Delivered))
                {
                    points.Add((i, item.RulesEvaluated));
                }

                if (address.Kind != ServiceAddressKind.ClusterIP)
                {
                    items.Add(Measure(probe, services[i], address, CostOrigin.Outside));
                }
            }
        }

        return new CostReport(items.ToEquatableArray(), new CostSummary(services.Count(s => s.Addresses.Count > 0), services.Sum(s => s.Addresses.Count))
        {
            Worst = items.MaxBy(i => i.RulesEvaluated),
            Median = Median([.. items.Select(i => i.RulesEvaluated)]),
            NoService = families.Count == 0 ? null : families.Values.First().RulesToNoService(),
            GrowthPerService = Slope(points),
        });
    }

    private static ServiceCost Measure(CostProbe probe, ServiceInfo service, ServiceAddress address, CostOrigin origin)
    {
        var trace = probe.Trace(service.Protocol, address.Address, address.Port, origin);
        var longest = trace.Outcomes.MaxBy(o => o.RulesEvaluated);
        return new ServiceCost(service.FullName, service.Protocol, address.Kind, address.Address ?? probe.KnownNodeAddress, address.Port, trace.RulesEvaluated)
        {
            ByHook = (longest?.CostByHook ?? []).ToEquatableArray(),
            PositionInServices = address.Target is null ? null : address.Rule?.Number,
            From = origin,
            Verdict = trace.Verdict,
        };
    }

    private static double Median(int[] numbers)
    {
        if (numbers.Length == 0)
        {
            return 0;
        }

        Array.Sort(numbers);
        var middle = numbers.Length / 2;
        return numbers.Length % 2 == 1 ? numbers[middle] : (numbers[middle - 1] + numbers[middle]) / 2.0;
    }

    // Least squares; null when all points are of one Service.
    private static double? Slope(IReadOnlyList<(double Place, double Rules)> points)
    {
        if (points.Count < 2)
        {
            return null;
        }

        var (x, y) = (points.Average(p => p.Place), points.Average(p => p.Rules));
        var spread = points.Sum(p => (p.Place - x) * (p.Place - x));
        return spread == 0 ? null : points.Sum(p => (p.Place - x) * (p.Rules - y)) / spread;
    }
}
