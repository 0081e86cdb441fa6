using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Sluice.Kubernetes.Api.Following;
using Sluice.Kubernetes.Api.Reading;
using Sluice.Kubernetes.Cluster;
using Sluice.Kubernetes.Objects;

namespace Sluice.Kubernetes.Api;

/// <summary>
/// The cluster as an API server tells it: Services, EndpointSlices, a node's own Node, ServiceCIDRs. Each is listed, then watched;
/// what was known stays while the server is away.
/// </summary>
public sealed class ApiSource : IClusterSource, IDisposable
{
    // What followers may have read ahead of the receiver, in pages or events.
    private const int MaxWaiting = 64;

    // Together in one update.
    private const int MaxChanges = 10_000;

    // How often a list that is asked for once is begun.
    private const int MaxLists = 3;

    private readonly ApiClient _client;
    private readonly IReadOnlyList<ApiResource> _resources;
    private readonly TimeProvider _time;
    private readonly int _seed;
    private volatile ResourceFollower[] _followers = [];

    /// <summary>A source; nothing is asked before it is watched.</summary>
    /// <param name="connection">The server and who asks.</param>
    /// <param name="nodeName">The node whose Node is followed; null for all.</param>
    /// <param name="time">The clock.</param>
    /// <param name="seed">What the draws of waiting times begin with: other on every node.</param>
    /// <param name="plugins">Runs credential plugins; null where none may run.</param>
    public ApiSource(ApiConnection connection, string? nodeName, TimeProvider time, int seed, IExecCredentialRunner? plugins = null)
    {
        _client = new ApiClient(connection, time, plugins);
        _resources = ApiResource.All(nodeName);
        _time = time;
        _seed = seed;
    }

    /// <summary>How it stands with each resource; empty before watching begins. Safe from any thread.</summary>
    public ImmutableArray<ResourceStatus> Status => [.. _followers.Select(f => f.Status)];

    /// <summary>Lists everything once.</summary>
    /// <returns>The objects, and a line for each that could not be read.</returns>
    /// <exception cref="ApiException">The server cannot be asked, or says no.</exception>
    public async Task<ClusterContent> ListAsync(CancellationToken cancellationToken)
    {
        var objects = new List<ClusterObject>();
        var problems = new List<string>();
        foreach (var resource in _resources)
        {
            foreach (var item in await ListAsync(resource, cancellationToken).ConfigureAwait(false))
            {
                objects.AddRange(item.Object is { } value ? [value] : []);
                problems.AddRange(item.Problem is { } problem ? [problem] : []);
            }
        }

        return new ClusterContent(objects, problems);
    }

    /// <summary>Creates an object, such as an Event.</summary>
    /// <param name="path">The path of its collection.</param>
    /// <param name="body">The object in JSON.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="ApiException">The server cannot be asked, or says no.</exception>
    public async Task PostAsync(string path, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        try
        {
            await _client.PostAsync(path, body, cancellationToken).ConfigureAwait(false);
        }
        catch (ApiFault e)
        {
            throw new ApiException($"{_client.Name}: {e.Message}", e);
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<ClusterUpdate> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var reports = Channel.CreateBounded<ResourceReport>(new BoundedChannelOptions(MaxWaiting) { SingleReader = true });
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var followers = _resources.Select((r, i) => new ResourceFollower(r, _client, _time, new Random(_seed + i), reports.Writer)).ToArray();
        _followers = followers;
        var running = Task.WhenAll(followers.Select(f => Task.Run(() => RunAsync(f, reports.Writer, stop.Token), CancellationToken.None)));
        var listed = new HashSet<ObjectKind>();
        try
        {
            var wasComplete = false;
            while (await reports.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
            {
                var update = Merge(reports.Reader, listed, followers.Length);
                if (update.Changes.Count > 0 || update.IsComplete != wasComplete || update.Problem is not null || update.Note is not null)
                {
                    wasComplete = update.IsComplete;
                    yield return update;
                }
            }
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await running.ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    // A list whose version is gone before it is read to its end is begun anew.
    private async Task<List<ListedObject>> ListAsync(ApiResource resource, CancellationToken cancellationToken)
    {
        var lister = new ResourceLister(resource, _client, _time);
        for (var attempt = 1; ; attempt++)
        {
            var items = new List<ListedObject>();
            try
            {
                await foreach (var page in lister.ListAsync(new ObjectReader(resource.Kind), cancellationToken).ConfigureAwait(false))
                {
                    items.AddRange(page.Objects);
                }

                return items;
            }
            catch (ApiFault e) when (resource.IsOptional && e.Kind is ApiFaultKind.NotFound or ApiFaultKind.Forbidden)
            {
                return [];
            }
            catch (ApiFault e) when (e.Kind != ApiFaultKind.Expired || attempt == MaxLists)
            {
                throw new ApiException($"{_client.Name}: {resource.Name}: {e.Message}", e);
            }
            catch (ApiFault)
            {
                // Expired, and not for the last time.
            }
        }
    }

    // All that is there, up to the first thing to say.
    private static ClusterUpdate Merge(ChannelReader<ResourceReport> reports, HashSet<ObjectKind> listed, int all)
    {
        var changes = new List<ClusterChange>();
        string? problem = null, note = null;
        while (problem is null && note is null && changes.Count < MaxChanges && reports.TryRead(out var report))
        {
            changes.AddRange(report.Changes);
            (problem, note) = (report.Problem, report.Note);
            if (report.IsListed)
            {
                listed.Add(report.Kind);
            }
        }

        return new ClusterUpdate(changes, listed.Count == all, problem) { Note = note };
    }

    // A follower ends by cancelling, or by a fault of this program, which the reader then meets.
    private static async Task RunAsync(ResourceFollower follower, ChannelWriter<ResourceReport> output, CancellationToken cancellationToken)
    {
        try
        {
            await follower.RunAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Asked to stop.
        }
#pragma warning disable CA1031 // Handed on to whoever reads.
        catch (Exception e)
#pragma warning restore CA1031
        {
            output.TryComplete(e);
        }
    }
}
