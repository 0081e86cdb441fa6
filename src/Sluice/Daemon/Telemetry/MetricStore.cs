namespace Sluice.Daemon.Telemetry;

/// <summary>The values of one metric, added up as its instrument reports them. Safe from any thread.</summary>
/// <param name="row">The metric.</param>
/// <param name="isObserved">Whether the instrument reports all of its series anew each time it is asked.</param>
internal sealed class MetricStore(MetricRow row, bool isObserved)
{
    private readonly Lock _gate = new();
    private readonly List<Entry> _entries = [];

    /// <summary>Takes a value in.</summary>
    /// <param name="value">The value.</param>
    /// <param name="tags">The labels, all of the row's and in its order.</param>
    public void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        lock (_gate)
        {
            var entry = Find(tags);
            switch (row.Kind)
            {
                case MetricKind.Histogram:
                    entry.Value += value;
                    entry.Counts[BucketOf(value)]++;
                    break;
                case MetricKind.Counter when !isObserved:
                    entry.Value += value;
                    break;
                default:
                    entry.Value = value;
                    break;
            }
        }
    }

    /// <summary>Forgets the series that are about to be reported anew.</summary>
    public void Begin()
    {
        if (isObserved)
        {
            lock (_gate)
            {
                _entries.Clear();
            }
        }
    }

    /// <summary>The metric as it is now.</summary>
    public MetricFamily Read()
    {
        lock (_gate)
        {
            return new MetricFamily(row, _entries.ConvertAll(e => new MetricSeries(e.Labels, e.Value) { Counts = [.. e.Counts] }));
        }
    }

    private Entry Find(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        // What reports anew names each series once.
        if (!isObserved)
        {
            foreach (var entry in _entries)
            {
                if (Has(entry, tags))
                {
                    return entry;
                }
            }
        }

        var labels = new string[row.Labels.Count];
        for (var i = 0; i < labels.Length; i++)
        {
            labels[i] = (string?)tags[i].Value ?? "";
        }

        var added = new Entry(labels, row.Kind == MetricKind.Histogram ? new long[row.Buckets.Count + 1] : []);
        _entries.Add(added);
        return added;
    }

    private static bool Has(Entry entry, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        for (var i = 0; i < entry.Labels.Length; i++)
        {
            if (!string.Equals(entry.Labels[i], (string?)tags[i].Value, StringComparison.Ordinal))
            {
                return false;
            }
        }

        return true;
    }

    private int BucketOf(double value)
    {
        // The bound itself belongs to its bucket.
        var index = row.Buckets.Span.BinarySearch(value);
        return index < 0 ? ~index : index;
    }

    private sealed class Entry(string[] labels, long[] counts)
    {
        public string[] Labels { get; } = labels;

        public long[] Counts { get; } = counts;

        public double Value { get; set; }
    }
}
