namespace Sluice.Benchmarks;

/// <summary>Times of one thing done many times, in microseconds.</summary>
/// <param name="room">How many are expected: so many can be added without allocating.</param>
internal sealed class NftSamples(int room)
{
    private readonly List<double> _values = new(room);

    /// <summary>How many there are.</summary>
    public int Count => _values.Count;

    /// <summary>How many times it did not come to an end.</summary>
    public int Lost { get; private set; }

    public double Median => Percentile(50);

    public double Worst => Percentile(100);

    public void AddLost() => Lost++;

    public void Add(TimeSpan time) => _values.Add(time.TotalMicroseconds);

    /// <summary>The least value that so many percent of the values do not exceed.</summary>
    /// <param name="percent">Above 0, up to 100.</param>
    public double Percentile(double percent)
    {
        _values.Sort();
        return _values[int.Max(0, (int)Math.Ceiling(_values.Count * percent / 100) - 1)];
    }
}
