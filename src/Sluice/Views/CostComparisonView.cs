using System.Globalization;
using Sluice.Dataplane.Comparing;
using Sluice.Output;

namespace Sluice.Views;

/// <summary>What a cluster costs in each mode, for people: the modes side by side, how it grows, and which to choose.</summary>
internal sealed class CostComparisonView(Page page)
{
    private const string None = "-";

    /// <summary>Writes the comparison.</summary>
    public void Write(CostComparison comparison)
    {
        foreach (var line in TextLayout.Wrap(Shape(comparison), page.TextWidth))
        {
            page.Line(line);
        }

        page.Line();
        WriteModes(comparison);
        WriteReasons(comparison);
        if (comparison.Modes.Any(m => m.Cluster.Measured is not null))
        {
            foreach (var line in TextLayout.Wrap($"Measured on Linux {comparison.Kernel} in network namespaces made for it ({Tools(comparison)}); this node's own rules are untouched.", page.TextWidth))
            {
                page.Line(page.Ink.Dim(line));
            }
        }

        WriteSeries(comparison);
        if (CostAdvice.Of(comparison) is { } advice)
        {
            page.Section("Choose", [page.Ink.Bold(advice.Mode), .. advice.Reasons]);
        }
    }

    private void WriteModes(CostComparison comparison)
    {
        var grid = new Grid(["THIS CLUSTER", .. comparison.Modes.Select(m => ">" + m.Mode.ToUpperInvariant())]);
        Add("rules compared, first packet to the first Service", p => CostUnits.Count(p.Counted.First));
        Add("  to the Service in the middle", p => CostUnits.Count(p.Counted.Median));
        Add("  to the last Service", p => CostUnits.Count(p.Counted.Last));
        Add("  to no Service", p => CostUnits.Count(p.Counted.NoService));
        Add("held: rules", p => CostUnits.Count(p.Counted.Held.Rules));
        Add("  chains", p => CostUnits.Count(p.Counted.Held.Chains));
        Add("  set elements", p => CostUnits.Count(p.Counted.Held.Elements));
        Add("  virtual servers", p => CostUnits.Count(p.Counted.Held.VirtualServers));
        Add("  real servers", p => CostUnits.Count(p.Counted.Held.RealServers));
        if (comparison.Kernel is not null)
        {
            Add("measured: loading everything", p => Time(p.Measured?.Load));
            Add("  changing one endpoint", p => Time(p.Measured?.Change));
            Add("  kernel memory", p => p.Measured is { } m ? m.KernelBytes is { } bytes ? CostUnits.Memory(bytes) : "too little" : None);
            Add("  connect() to the last Service", p => Time(p.Measured?.LastConnect));
            Add("  connect() to no Service", p => Time(p.Measured?.NoServiceConnect));
            Add("  connect() without any rules", p => Time(p.Measured?.DirectConnect));
        }

        grid.Write(page);

        void Add(string name, Func<CostPoint, string> cell) => grid.Add([name, .. comparison.Modes.Select(m => cell(m.Cluster))]);
    }

    private void WriteReasons(CostComparison comparison)
    {
        foreach (var mode in comparison.Modes)
        {
            if (mode.Cluster.NotMeasured is { } reason)
            {
                foreach (var line in TextLayout.Wrap($"{mode.Mode}: not measured: {reason}.", page.TextWidth))
                {
                    page.Line(line);
                }
            }
        }
    }

    private void WriteSeries(CostComparison comparison)
    {
        var sizes = comparison.Modes.SelectMany(m => m.Series).Select(p => p.Services).Distinct().Order().ToList();
        if (sizes.Count == 0)
        {
            return;
        }

        Table("Rules compared, first packet to the last Service", p => CostUnits.Count(p.Counted.Last));
        if (comparison.Modes.Any(m => m.Series.Any(p => p.Measured is not null || p.NotMeasured is not null)))
        {
            Table("Changing one endpoint, measured", p => Measured(p, p.Measured?.Change));
            Table("Loading everything, measured", p => Measured(p, p.Measured?.Load));
            Table("connect() to the last Service, measured", p => Measured(p, p.Measured?.LastConnect));
            Table("Kernel memory, measured", p => p.Measured is { KernelBytes: null } ? "too little" : p.Measured is { KernelBytes: { } bytes } ? CostUnits.Memory(bytes) : NotMeasured(p));
        }

        void Table(string title, Func<CostPoint, string> cell)
        {
            page.Line();
            page.Line(page.Ink.Bold(title));
            var grid = new Grid([">SERVICES", .. comparison.Modes.Select(m => ">" + m.Mode.ToUpperInvariant())]);
            foreach (var size in sizes)
            {
                grid.Add([CostUnits.Count(size), .. comparison.Modes.Select(m => m.Series.FirstOrDefault(p => p.Services == size) is { } point ? cell(point) : None)]);
            }

            grid.Write(page);
        }
    }

    private static string Tools(CostComparison comparison) => string.Join(", ", comparison.Modes.Select(m => m.Cluster.Measured?.Tool).OfType<string>().Select(t => "by " + t));

    private static string Shape(CostComparison comparison)
    {
        var shape = comparison.Shape;
        var kinds = new[]
        {
            (shape.WithNodePorts, "node ports"), (shape.WithLoadBalancers, "load balancers"), (shape.WithExternalIPs, "external addresses"),
            (shape.WithAffinity, "session affinity"), (shape.WithLocalPolicy, "a Local policy"),
        }.Where(k => k.Item1 > 0).Select(k => Text($"{k.Item1:#,0} with {k.Item2}"));
        return Text($"{comparison.Where}: {shape.Services:#,0} {(shape.Services == 1 ? "Service" : "Services")} ({comparison.Family}) with {shape.Ports:#,0} {(shape.Ports == 1 ? "port" : "ports")} and {shape.EndpointsPerService:0.##} endpoints each at the mean; ") +
            string.Join(", ", kinds.DefaultIfEmpty("cluster addresses only")) + ".";
    }

    private static string Measured(CostPoint point, TimeSpan? time) => point.Measured is null ? NotMeasured(point) : Time(time);

    private static string NotMeasured(CostPoint point) => point.IsOverBudget ? "over the limit" : "not measured";

    private static string Time(TimeSpan? time) => time is { } known ? CostUnits.Time(known.TotalSeconds) : None;

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
