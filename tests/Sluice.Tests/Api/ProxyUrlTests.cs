using Sluice.Kubernetes.Api;
using Sluice.Kubernetes.Api.Configuration;
using Sluice.Kubernetes.Objects;
using Sluice.Tests.Api.Server;
using Xunit;

namespace Sluice.Tests.Api;

/// <summary>A kubeconfig with <c>proxy-url</c>: the server, whose name only the proxy knows, is asked through it, and TLS goes to the server itself.</summary>
public sealed class ProxyUrlTests : IAsyncLifetime
{
    private const string Name = "api.test";

    private readonly KubeconfigFiles _files = new();
    private ApiServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await ApiServer.StartAsync(TimeProvider.System);
        _server.Certificate = _server.Authority.IssueServer(Name);
        _server.Store.Set(ApiObjects.Service(1));
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _files.Dispose();
    }

    [Theory]
    [InlineData(null, "")]
    [InlineData("me:pass:word", "me:pass%3Aword@")]
    public async Task The_server_is_asked_through_the_proxy(string? credentials, string inUrl)
    {
        await using var proxy = new ConnectProxy(_server.Port, credentials);
        using var source = Source($"http://{inUrl}127.0.0.1:{proxy.Port}");
        var content = await source.ListAsync(TestContext.Current.CancellationToken);
        Assert.Contains(content.Objects, o => o is Service);
        Assert.NotEmpty(proxy.Served);
        Assert.All(proxy.Served, line => Assert.Equal($"CONNECT {Name}:443 HTTP/1.1", line));
        Assert.Equal(credentials is not null, proxy.Refused > 0);
        Assert.Equal(Name, _server.LastServerName);
    }

    [Fact]
    public async Task A_proxy_that_refuses_is_a_line_that_says_so()
    {
        await using var proxy = new ConnectProxy(_server.Port, "me:secret");
        using var source = Source($"http://me:wrong@127.0.0.1:{proxy.Port}");
        var message = (await Assert.ThrowsAsync<ApiException>(() => source.ListAsync(TestContext.Current.CancellationToken))).Message;
        Assert.Contains("407", message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
        Assert.DoesNotContain("wrong", message, StringComparison.Ordinal);
        Assert.Empty(proxy.Served);
    }

    private ApiSource Source(string proxy)
    {
        _files.Write("config", $$"""
            current-context: here
            contexts: [ { name: here, context: { cluster: c, user: u } } ]
            clusters: [ { name: c, cluster: { server: "https://{{Name}}", proxy-url: "{{proxy}}", certificate-authority-data: {{KubeconfigFiles.Base64(_server.Authority.Pem)}} } } ]
            users: [ { name: u, user: {} } ]
            """);
        return new ApiSource(Kubeconfig.Load(_files.Path), "node-1", TimeProvider.System, seed: 1);
    }
}
