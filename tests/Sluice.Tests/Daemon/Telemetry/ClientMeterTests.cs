using Sluice.Daemon;
using Sluice.Daemon.Telemetry;
using Sluice.Tests.Daemon.Serving;
using Xunit;

namespace Sluice.Tests.Daemon.Telemetry;

public sealed class ClientMeterTests
{
    [Fact]
    public async Task Requests_to_the_server_are_counted_by_their_code_and_those_to_others_are_not()
    {
        await using var server = await RunningWeb.StartAsync();
        await using var other = await RunningWeb.StartAsync();
        using var registry = new MetricRegistry(ProxyMode.Nftables);
        using var meter = new ClientMeter(registry, new Uri($"http://{server.Metrics}"));
        _ = await WebClient.GetAsync(server.Metrics, "/proxyMode");
        _ = await WebClient.GetAsync(server.Metrics, "/nowhere");
        _ = await WebClient.GetAsync(other.Metrics, "/proxyMode");
        var families = registry.Read();
        Assert.Equal(
            [$"200 {server.Metrics} GET 1", $"404 {server.Metrics} GET 1"],
            families.First(f => f.Row.Name == "rest_client_requests_total").Series.Select(s => $"{string.Join(' ', s.Labels)} {s.Value}"));
        Assert.Equal(2, Assert.Single(families.First(f => f.Row.Name == "rest_client_request_duration_seconds").Series).Counts.Sum());
    }

    [Fact]
    public async Task A_request_without_an_answer_is_an_error()
    {
        var server = await RunningWeb.StartAsync();
        var address = server.Metrics;
        await server.DisposeAsync();
        using var registry = new MetricRegistry(ProxyMode.Nftables);
        using var meter = new ClientMeter(registry, new Uri($"http://{address}"));
        await Assert.ThrowsAsync<HttpRequestException>(() => WebClient.GetAsync(address, "/"));
        Assert.Equal(["<error>", address.ToString(), "GET"], registry.Read().First(f => f.Row.Name == "rest_client_requests_total").Series[0].Labels);
    }
}
