using System.Net;
using Sluice.Daemon;
using Sluice.Daemon.Events;
using Sluice.Daemon.Health;
using Sluice.Daemon.Telemetry;
using Sluice.Kubernetes.Cluster;
using Sluice.Kubernetes.Intent;
using Sluice.Kubernetes.Objects;
using Sluice.Net;
using Xunit;

namespace Sluice.Tests.Daemon.Serving;

/// <summary>The proxy's HTTP surface on loopback, without a kernel: a test says what syncs did.</summary>
internal sealed class RunningWeb : IAsyncDisposable, IEventRecorder
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    private readonly StringWriter _text = new();
    private readonly TextWriter _log;
    private readonly List<ProxyEvent> _events = [];
    private readonly Dictionary<IPFamily, KernelMeter> _meters;
    private ProxyWeb _web = null!;

    private RunningWeb(ProxyMode mode)
    {
        _log = TextWriter.Synchronized(_text);
        IPFamily[] families = [IPFamily.IPv4, IPFamily.IPv6];
        _meters = families.ToDictionary(f => f, _ => new KernelMeter(TimeProvider.System));
        Registry = new MetricRegistry(mode);
        Health = new ProxyHealth("node", families, TimeSpan.FromSeconds(30), TimeProvider.System);
        Status = new ProxyStatus(Health, Registry, _meters, TimeProvider.System);
    }

    public MetricRegistry Registry { get; }

    public ProxyHealth Health { get; }

    public ProxyStatus Status { get; }

    public string Log
    {
        get
        {
            // What the synchronized writer locks.
            lock (_log)
            {
                return _text.ToString();
            }
        }
    }

    public IReadOnlyList<ProxyEvent> Events
    {
        get
        {
            lock (_events)
            {
                return [.. _events];
            }
        }
    }

    public IPEndPoint Healthz => AddressOf("healthz");

    public IPEndPoint Metrics => AddressOf("metrics");

    public static async Task<RunningWeb> StartAsync(ProxyMode mode = ProxyMode.Nftables, Func<ServingSettings, ServingSettings>? change = null)
    {
        var running = new RunningWeb(mode);
        var any = new IPEndPoint(IPAddress.Loopback, 0);
        var settings = new ServingSettings { HealthzBindAddress = any, MetricsBindAddress = any };
        running._web = await ProxyWeb.StartAsync(
            change is null ? settings : change(settings), running.Status, running, new EventLog(running._log, TimeProvider.System, 1), TimeProvider.System);
        return running;
    }

    public void Record(ProxyEvent happened)
    {
        lock (_events)
        {
            _events.Add(happened);
        }
    }

    /// <summary>The meter of a family's kernel.</summary>
    public KernelMeter MeterOf(IPFamily family) => _meters[family];

    /// <summary>The source reports something, complete.</summary>
    public void Arrive(params ClusterObject[] objects) => Status.Arrived(new ClusterUpdate([.. objects.Select(o => new ClusterChange.Upsert(o))], IsComplete: true), isQueued: true);

    /// <summary>A sync has ended.</summary>
    public void Sync(IPFamily family, SyncKind kind, WriteResult result, ServiceIntent? held = null, TimeSpan? duration = null) => Status.Synced(new SyncReport(family, kind, result)
    {
        Held = held is null ? null : new HeldRules(Before: null, held, []),
        Duration = duration ?? TimeSpan.Zero,
    });

    /// <summary>Asks until the answer is as wanted.</summary>
    public static async Task<WebAnswer> UntilAsync(IPEndPoint address, string path, Func<WebAnswer, bool> isWanted)
    {
        var begin = TimeProvider.System.GetTimestamp();
        while (true)
        {
            object last;
            try
            {
                var answer = await WebClient.GetAsync(address, path);
                if (isWanted(answer))
                {
                    return answer;
                }

                last = answer;
            }
            catch (HttpRequestException e)
            {
                last = e;
            }

            Assert.True(TimeProvider.System.GetElapsedTime(begin) < s_patience, last.ToString());
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _web.DisposeAsync();
        Registry.Dispose();
    }

    private IPEndPoint AddressOf(string what)
    {
        var line = Log.Split('\n').First(l => l.Contains($"msg=\"serving\" what={what} ", StringComparison.Ordinal));
        return IPEndPoint.Parse(line[(line.IndexOf("address=", StringComparison.Ordinal) + "address=".Length)..]);
    }
}
