using System.Diagnostics;
using System.Text;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Sluice.Kubernetes.Api;
using Sluice.Kubernetes.Api.Connection;
using Sluice.Kubernetes.Cluster;
using Sluice.Kubernetes.Manifests;
using Sluice.Kubernetes.Objects;
using Sluice.Tests.Api.Server;
using Xunit;

namespace Sluice.Tests.Api;

/// <summary>An API server, a source that follows it, and what a proxy would know from it.</summary>
internal sealed class ApiRig : IAsyncDisposable
{
    public const string NodeName = "node-1";

    // Of the wall's clock: however slow the machine is.
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(3);

    private readonly Lock _gate = new();
    private readonly Dictionary<ObjectKey, ClusterObject> _objects = [];
    private readonly List<string> _problems = [];
    private readonly List<string> _notes = [];
    private readonly CancellationTokenSource _stop = new();
    private Task _following = Task.CompletedTask;
    private bool _isComplete;

    private ApiRig(ApiServer server, PatientTime time, ApiConnection connection)
    {
        Server = server;
        Time = time;
        Source = new ApiSource(connection, NodeName, time, seed: 1);
    }

    public ApiServer Server { get; }

    public ApiStore Store => Server.Store;

    public PatientTime Time { get; }

    public ApiSource Source { get; }

    public IReadOnlyList<string> Problems => Locked(() => _problems.ToList());

    public IReadOnlyList<string> Notes => Locked(() => _notes.ToList());

    public bool IsComplete => Locked(() => _isComplete);

    public ResourceStatus StatusOf(ObjectKind kind) => Source.Status.Single(s => s.Kind == kind);

    /// <summary>Starts a server and a client for it, which does nothing yet.</summary>
    /// <param name="step">How many seconds the clock goes on in each millisecond in which everybody waits.</param>
    /// <param name="protocols">What the server speaks.</param>
    public static async Task<ApiRig> CreateAsync(double step = 0.05, HttpProtocols protocols = HttpProtocols.Http1AndHttp2)
    {
        var time = new PatientTime(TimeSpan.FromSeconds(step));
        var server = await ApiServer.StartAsync(time, protocols);
        time.Heed(server.Activity);
        return new ApiRig(server, time, Trusting(server));
    }

    /// <summary>A connection that trusts the server's authority.</summary>
    public static ApiConnection Trusting(ApiServer server) => new(server.Address) { Authority = new PemText.Inline(server.Authority.Pem, "test") };

    /// <summary>Begins to follow.</summary>
    public void Follow() => _following = Task.Run(FollowAsync);

    /// <summary>Waits until what is known equals what the server has.</summary>
    public async Task SettledAsync(string when = "")
    {
        var start = Stopwatch.GetTimestamp();
        while (Difference() is { } difference)
        {
            Assert.False(_following.IsFaulted, _following.Exception?.ToString());
            Assert.True(Stopwatch.GetElapsedTime(start) < s_patience, $"{when}: {difference}\n{string.Join('\n', Problems.TakeLast(20))}\n{string.Join('\n', Source.Status)}");
            await Task.Delay(2, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Waits for something else.</summary>
    public static async Task UntilAsync(Func<bool> condition, string what)
    {
        var start = Stopwatch.GetTimestamp();
        while (!condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(start) < s_patience, $"{what}: not within {s_patience.TotalSeconds} s");
            await Task.Delay(2, TestContext.Current.CancellationToken);
        }
    }

    public bool Knows(ObjectKind kind, string name) => Locked(() => _objects.Keys.Any(k => k.Kind == kind && k.Name.Name == name));

    public T Find<T>(string name)
        where T : ClusterObject => Locked(() => _objects.Values.OfType<T>().Single(o => o.Name.Name == name));

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _following.WaitAsync(s_patience, TimeProvider.System, CancellationToken.None);
        Source.Dispose();
        await Server.DisposeAsync();
        await Time.DisposeAsync();
        _stop.Dispose();
    }

    private async Task FollowAsync()
    {
        try
        {
            await foreach (var update in Source.WatchAsync(_stop.Token))
            {
                lock (_gate)
                {
                    Take(update);
                }
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
        }
    }

    private void Take(ClusterUpdate update)
    {
        foreach (var change in update.Changes)
        {
            switch (change)
            {
                case ClusterChange.Upsert { Object: var item }:
                    _objects[ObjectKey.Of(item)] = item;
                    break;
                case ClusterChange.Delete { Object: var item }:
                    _objects.Remove(ObjectKey.Of(item));
                    break;
            }
        }

        _isComplete = update.IsComplete;
        _problems.AddRange(update.Problem is { } problem ? [problem] : []);
        _notes.AddRange(update.Note is { } note ? [note] : []);
    }

    // Null when all is equal and complete.
    private string? Difference()
    {
        var expected = Expected();
        lock (_gate)
        {
            var missing = expected.Where(e => !_objects.TryGetValue(e.Key, out var known) || !known.Equals(e.Value)).Select(e => $"not as it is: {e.Key}");
            var extra = _objects.Keys.Except(expected.Keys).Select(k => $"should be gone: {k}");
            return missing.Concat(extra).FirstOrDefault() ?? (_isComplete ? null : "not complete");
        }
    }

    private Dictionary<ObjectKey, ClusterObject> Expected()
    {
        var items = new StringBuilder();
        foreach (var resource in ApiResource.All(NodeName).Where(r => r.Name != "servicecidrs" || Server.HasServiceCidrs))
        {
            var query = System.Web.HttpUtility.ParseQueryString(resource.Selectors);
            var selector = new ObjectSelector(query["labelSelector"] ?? "", query["fieldSelector"] ?? "");
            foreach (var (key, item) in Store.Current().Resources[resource.Name].Objects)
            {
                _ = selector.Chooses(key, item) ? items.Append(items.Length > 0 ? "," : "").Append(item.Json) : items;
            }
        }

        var list = $$"""{"apiVersion":"v1","kind":"List","items":[{{items}}]}""";
        return new ManifestReader().Read("server", Encoding.UTF8.GetBytes(list)).Objects.ToDictionary(ObjectKey.Of);
    }

    private T Locked<T>(Func<T> read)
    {
        lock (_gate)
        {
            return read();
        }
    }
}
