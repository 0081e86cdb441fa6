using Sluice.Dataplane.Planning.Nftables;
using Sluice.Linux.Netlink.Nftables;
using Sluice.Net;
using Sluice.Netfilter.Rules;

namespace Sluice.Daemon;

/// <summary>
/// Reads what the kernel has counted for each Service port in nftables mode with <c>--nftables-counters</c>. It has a connection of its own, so
/// reading holds up no sync; any thread may read, one at a time. <see cref="ServiceCount"/> says what is counted.
/// </summary>
internal sealed class ServiceCounters : IDisposable
{
    private readonly Lock _gate = new();
    private readonly NftConnection _connection;
    private readonly IReadOnlyList<NftablesPlanOptions> _tables;

    private ServiceCounters(NftConnection connection, IReadOnlyList<NftablesPlanOptions> tables) => (_connection, _tables) = (connection, tables);

    /// <summary>Opens a connection.</summary>
    /// <param name="tables">What shapes the table of each family that is routed, with <see cref="NftablesPlanOptions.Counters"/>.</param>
    /// <exception cref="CommandFailure">There can be none.</exception>
    public static ServiceCounters Open(IReadOnlyList<NftablesPlanOptions> tables) =>
        new(NftConnection.TryOpen(out var problem) ?? throw new CommandFailure($"counters of Services cannot be read: {problem}"), tables);

    /// <summary>Reads all counters as they are now, IPv4 first, by Service port. It costs the kernel a dump of four sets for each family.</summary>
    /// <param name="problem">Why a family's counters are missing, such as that its table is not yet there; null when none are.</param>
    public EquatableArray<ServiceCount> Read(out string? problem)
    {
        problem = null;
        var counts = new List<ServiceCount>();
        lock (_gate)
        {
            foreach (var table in _tables)
            {
                var reading = new ServiceCountReading(table);
                if (Read(table.Family, reading) is { } unreadable)
                {
                    problem ??= unreadable;
                }
                else
                {
                    counts.AddRange(reading.Sum());
                }
            }
        }

        return counts.ToEquatableArray();
    }

    /// <inheritdoc/>
    public void Dispose() => _connection.Dispose();

    private string? Read(IPFamily family, ServiceCountReading reading)
    {
        for (var set = 0; set < reading.Sets.Count; set++)
        {
            if (_connection.ReadElements(TableFamilies.Of(family), NftablesLayout.TableName, reading.Sets[set], new Receiver(reading, set), out _) is { } problem)
            {
                return problem;
            }
        }

        return null;
    }

    private sealed class Receiver(ServiceCountReading reading, int set) : INftElementReceiver
    {
        public void Begin() => reading.Begin(set);

        public void Take(in NftElement element)
        {
            var (packets, bytes) = element.Counters ?? default;
            reading.Add(set, element.Key, element.Comment, packets, bytes);
        }
    }
}
