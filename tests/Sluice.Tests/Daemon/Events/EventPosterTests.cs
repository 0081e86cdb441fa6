using System.Text;
using System.Threading.Channels;
using Sluice.Daemon;
using Sluice.Daemon.Events;
using Sluice.Kubernetes.Objects;
using Xunit;

namespace Sluice.Tests.Daemon.Events;

public sealed class EventPosterTests
{
    private readonly ManualTime _time = new();
    private readonly StringWriter _log = new();
    private readonly Channel<(string Path, string Body)> _posted = Channel.CreateUnbounded<(string, string)>();

    [Fact]
    public async Task An_Event_about_the_node_is_posted_as_kube_proxy_does()
    {
        await using var poster = NewPoster();
        poster.Record(ProxyEvent.NoHealth("healthz cannot be served"));
        var (path, body) = await NextAsync();
        Assert.Equal("/apis/events.k8s.io/v1/namespaces/default/events", path);
        Assert.Equal(
            """
            {"apiVersion":"events.k8s.io/v1","kind":"Event","metadata":{"name":"node-1.TICKS","namespace":"default"},
            "eventTime":"2026-01-02T03:04:05.000000Z","reportingController":"sluice","reportingInstance":"sluice-node-1","action":"StartKubeProxy",
            "reason":"FailedToStartProxierHealthcheck","regarding":{"kind":"Node","name":"node-1","uid":"node-1"},
            "note":"healthz cannot be served","type":"Warning"}
            """.ReplaceLineEndings("").Replace("TICKS", _time.GetUtcNow().UtcTicks.ToString("x"), StringComparison.Ordinal),
            body);
    }

    [Fact]
    public async Task An_Event_about_a_Service_is_posted_to_its_namespace()
    {
        await using var poster = NewPoster();
        poster.Record(ProxyEvent.NoServiceHealth(new ObjectName("shop", "web"), new string('x', 5000)));
        var (path, body) = await NextAsync();
        Assert.Equal("/apis/events.k8s.io/v1/namespaces/shop/events", path);
        Assert.Contains("\"regarding\":{\"kind\":\"Service\",\"namespace\":\"shop\",\"name\":\"web\",\"uid\":\"shop/web\"}", body, StringComparison.Ordinal);
        Assert.Contains($"\"note\":\"{new string('x', 1024)}\"", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Events_go_one_a_second()
    {
        await using var poster = NewPoster();
        poster.Record(ProxyEvent.NoHealth("one"));
        poster.Record(ProxyEvent.NoHealth("two"));
        _ = await NextAsync();
        Assert.False(_posted.Reader.TryRead(out _));
        await _time.GoToTimerAtAsync(TimeSpan.FromSeconds(1));
        Assert.Contains("\"note\":\"two\"", (await NextAsync()).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_takes_no_Events_is_told_once()
    {
        await using (var poster = new EventPoster("node-1", (path, body, _) =>
        {
            _posted.Writer.TryWrite((path, ""));
            throw new HttpRequestException("403 Forbidden");
        }, _time, new EventLog(_log, _time, 0)))
        {
            poster.Record(ProxyEvent.Starting);
            poster.Record(ProxyEvent.Starting);
            _ = await NextAsync();
            await _time.GoToTimerAtAsync(TimeSpan.FromSeconds(1));
            _ = await NextAsync();
        }

        var line = Assert.Single(_log.ToString().TrimEnd().Split('\n'));
        Assert.Contains("403 Forbidden", line, StringComparison.Ordinal);
    }

    private EventPoster NewPoster() => new(
        "node-1",
        (path, body, _) =>
        {
            _posted.Writer.TryWrite((path, Encoding.UTF8.GetString(body.Span)));
            return Task.CompletedTask;
        },
        _time,
        new EventLog(_log, _time, 0));

    private Task<(string Path, string Body)> NextAsync() => _posted.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask()
        .WaitAsync(TimeSpan.FromSeconds(60), TimeProvider.System, TestContext.Current.CancellationToken);
}
