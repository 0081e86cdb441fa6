using System.Diagnostics.Metrics;

namespace Sluice.Daemon.Telemetry;

/// <summary>
/// The metrics of a proxy. Each is one instrument of the runtime (<see cref="Meter"/>), made of its row in <see cref="MetricTable"/>; who
/// exports them listens to the same instruments: the text that Prometheus reads here, OTLP in <see cref="OtlpExport"/>.
/// </summary>
internal sealed class MetricRegistry : IDisposable
{
    /// <summary>The name of the meter.</summary>
    public const string MeterName = "sluice";

    private readonly Meter _meter = new(MeterName);
    private readonly MeterListener _listener = new();
    private readonly Lock _gate = new();
    private readonly List<MetricStore> _stores = [];

    /// <summary>A registry without metrics, for a proxy in a mode.</summary>
    public MetricRegistry(ProxyMode mode)
    {
        Mode = mode;
        _listener.SetMeasurementEventCallback<double>((_, value, tags, store) => ((MetricStore)store!).Record(value, tags));
        _listener.Start();
    }

    /// <summary>The mode.</summary>
    public ProxyMode Mode { get; }

    /// <summary>Adds a metric that is counted up.</summary>
    public Counter<double> AddCounter(string name)
    {
        var row = RowOf(name, MetricKind.Counter);
        return Listen(_meter.CreateCounter<double>(name, unit: null, row.Help), row);
    }

    /// <summary>Adds a metric that is set.</summary>
    public Gauge<double> AddGauge(string name)
    {
        var row = RowOf(name, MetricKind.Gauge);
        return Listen(_meter.CreateGauge<double>(name, unit: null, row.Help), row);
    }

    /// <summary>Adds a metric of many values.</summary>
    public Histogram<double> AddHistogram(string name)
    {
        var row = RowOf(name, MetricKind.Histogram);
        var advice = new InstrumentAdvice<double> { HistogramBucketBoundaries = row.Buckets };
        return Listen(_meter.CreateHistogram(name, unit: null, row.Help, tags: null, advice), row);
    }

    /// <summary>Adds a counter or gauge that is read when somebody asks, with all of its series.</summary>
    public void Observe(string name, Func<IEnumerable<Measurement<double>>> read)
    {
        var row = RowOf(name);
        _ = row.Kind == MetricKind.Counter
            ? Listen<Instrument>(_meter.CreateObservableCounter(name, read, unit: null, row.Help), row)
            : Listen<Instrument>(_meter.CreateObservableGauge(name, read, unit: null, row.Help), row);
    }

    /// <summary>Adds a counter or gauge without labels that is read when somebody asks.</summary>
    public void Observe(string name, Func<double> read) => Observe(name, () => [new Measurement<double>(read())]);

    /// <summary>All metrics as they are now, in the order in which they were added.</summary>
    public IReadOnlyList<MetricFamily> Read()
    {
        // Two who ask at once would mix what is reported to them.
        lock (_gate)
        {
            _stores.ForEach(s => s.Begin());
            _listener.RecordObservableInstruments();
            return _stores.ConvertAll(s => s.Read());
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _listener.Dispose();
        _meter.Dispose();
    }

    private TInstrument Listen<TInstrument>(TInstrument instrument, MetricRow row)
        where TInstrument : Instrument
    {
        var store = new MetricStore(row, instrument.IsObservable);
        lock (_gate)
        {
            _stores.Add(store);
        }

        _listener.EnableMeasurementEvents(instrument, store);
        return instrument;
    }

    private MetricRow RowOf(string name, MetricKind kind) =>
        RowOf(name) is var row && row.Kind == kind ? row : throw new ArgumentException($"{name} is a {row.Kind} in the table", nameof(name));

    private MetricRow RowOf(string name) =>
        MetricTable.Find(name) is var row && row.IsServedIn(Mode) ? row : throw new ArgumentException($"{name} is not served in this mode", nameof(name));
}
