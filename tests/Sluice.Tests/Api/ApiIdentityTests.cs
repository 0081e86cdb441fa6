using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Sluice.Input;
using Sluice.Kubernetes.Api;
using Sluice.Kubernetes.Api.Configuration;
using Sluice.Kubernetes.Objects;
using Sluice.Tests.Api.Server;
using Xunit;

namespace Sluice.Tests.Api;

/// <summary>Who asks, and whether it is the right server: certificates, tokens, plugins, and all of them renewed.</summary>
public sealed class ApiIdentityTests : IAsyncLifetime
{
    private readonly KubeconfigFiles _files = new();
    private readonly PatientTime _time = new(TimeSpan.FromSeconds(0.02));
    private ApiServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await ApiServer.StartAsync(_time);
        _time.Heed(_server.Activity);
        _server.Store.Set(ApiObjects.Service(1));
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _time.DisposeAsync();
        _files.Dispose();
    }

    [Theory]
    [InlineData("EC, PKCS #8")]
    [InlineData("EC, SEC 1")]
    [InlineData("RSA, PKCS #1")]
    [InlineData("RSA, PKCS #8")]
    public async Task A_user_with_a_certificate_is_known(string form)
    {
        using AsymmetricAlgorithm key = form.StartsWith("RSA", StringComparison.Ordinal) ? RSA.Create(2048) : ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var pem = form switch
        {
            "EC, SEC 1" => ((ECDsa)key).ExportECPrivateKeyPem(),
            "RSA, PKCS #1" => ((RSA)key).ExportRSAPrivateKeyPem(),
            _ => key.ExportPkcs8PrivateKeyPem(),
        };
        var certificate = _server.Authority.IssueUser(key);
        using var parsed = X509Certificate2.CreateFromPem(certificate);
        _server.Users = [parsed.Thumbprint];
        _files.Write(_server, $"{{ client-certificate-data: {KubeconfigFiles.Base64(certificate)}, client-key-data: {KubeconfigFiles.Base64(pem)} }}");
        await ListsAsync();
    }

    [Theory]
    [InlineData("{ token: secret }", "Bearer secret")]
    [InlineData("{ username: me, password: 'pass:word' }", "Basic bWU6cGFzczp3b3Jk")]
    public async Task A_user_with_a_token_or_a_password_is_known_and_one_without_is_refused(string user, string header)
    {
        _server.Users = [header];
        _files.Write(_server, user);
        await ListsAsync();
        _files.Write(_server, "{}");
        Assert.Equal($"{_server.Address.OriginalString}: services: it answers 401 Unauthorized refused on purpose", await FailsAsync());
    }

    [Fact]
    public async Task A_renewed_token_is_used_when_the_old_one_is_refused()
    {
        _files.Write("token", "one\n");
        _server.Users = ["Bearer one"];
        _files.Write(_server, "{ tokenFile: token }");
        using var source = Source();
        Assert.NotEmpty((await source.ListAsync(TestContext.Current.CancellationToken)).Objects);
        _server.Users = ["Bearer two"];
        await Assert.ThrowsAsync<ApiException>(() => source.ListAsync(TestContext.Current.CancellationToken));
        _files.Write("token", "two\n");
        Assert.NotEmpty((await source.ListAsync(TestContext.Current.CancellationToken)).Objects);

        // A moment in which the file is not there, or empty, is no reason to forget the token.
        _files.Write("token", "");
        Assert.NotEmpty((await source.ListAsync(TestContext.Current.CancellationToken)).Objects);
    }

    [Fact]
    public async Task A_follower_goes_on_when_its_certificate_the_servers_and_the_authority_are_all_renewed()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        _files.WritePair(_server.Authority, key, key.ExportPkcs8PrivateKeyPem);
        _files.Write("ca.crt", _server.Authority.Pem);
        _server.Users = [ThumbprintOf("client.crt")];
        _files.Write(_server, "{ client-certificate: client.crt, client-key: client.key }", "certificate-authority: ca.crt");
        await using var rig = new FollowedServer(Source());
        await rig.KnowsAsync(ApiObjects.Name(1));

        using var authority = new TestAuthority("another authority");
        using var fresh = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        _server.Certificate = authority.IssueServer();
        _server.ResetConnections();
        _server.Store.Set(ApiObjects.Service(2));
        await ApiRig.UntilAsync(() => rig.Problems.Exists(p => p.Contains("TLS", StringComparison.Ordinal)), "the new authority is not known yet");
        _files.Write("ca.crt", _server.Authority.Pem + "\n" + authority.Pem);
        _files.WritePair(authority, fresh, fresh.ExportPkcs8PrivateKeyPem);
        _server.Users = [ThumbprintOf("client.crt")];
        await rig.KnowsAsync(ApiObjects.Name(2));
    }

    [Fact]
    public async Task A_server_of_another_authority_or_name_is_refused_unless_that_is_wanted()
    {
        using var other = new TestAuthority("other");
        _files.Write(_server, "{}", $"certificate-authority-data: {KubeconfigFiles.Base64(other.Pem)}");
        Assert.Contains("TLS", await FailsAsync(), StringComparison.Ordinal);
        _files.Write(_server, "{}", "insecure-skip-tls-verify: true");
        await ListsAsync();
        _server.Certificate = _server.Authority.IssueServer("api.internal");
        _files.Write(_server, "{}");
        Assert.Contains("TLS", await FailsAsync(), StringComparison.Ordinal);
        _files.Write(_server, "{}", $"tls-server-name: api.internal, certificate-authority-data: {KubeconfigFiles.Base64(_server.Authority.Pem)}");
        await ListsAsync();
        Assert.Equal("api.internal", _server.LastServerName);
    }

    [Fact]
    public async Task A_plugin_is_asked_once_and_again_when_what_it_said_is_refused()
    {
        _files.Write("token", "one");
        var plugin = _files.Write("login", """
            echo "$KUBERNETES_EXEC_INFO" > "$(dirname "$0")/asked.$$"
            printf '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"%s%s"}}' "$PREFIX" "$(cat "$(dirname "$0")/token")"
            """);
        _server.Users = ["Bearer p-one"];
        _files.Write(
            _server,
            $"{{ exec: {{ apiVersion: client.authentication.k8s.io/v1, command: sh, args: [ {plugin} ], interactiveMode: Never, provideClusterInfo: true, env: [ {{ name: PREFIX, value: p- }} ] }} }}");
        using var source = Source();
        Assert.NotEmpty((await source.ListAsync(TestContext.Current.CancellationToken)).Objects);
        var asked = Directory.GetFiles(_files.At("."), "asked.*");
        var info = await File.ReadAllTextAsync(Assert.Single(asked), TestContext.Current.CancellationToken);
        Assert.Contains($"\"server\":\"{_server.Address.OriginalString}\"", info, StringComparison.Ordinal);

        _files.Write("token", "two");
        _server.Users = ["Bearer p-two"];
        await Task.Delay(TimeSpan.FromSeconds(6), _time, TestContext.Current.CancellationToken);
        Assert.NotEmpty((await source.ListAsync(TestContext.Current.CancellationToken)).Objects);
        Assert.Equal(2, Directory.GetFiles(_files.At("."), "asked.*").Length);
    }

    [Fact]
    public async Task What_a_plugin_said_ends_by_the_walls_time_wherever_that_is_set()
    {
        _files.Write("expires", "2026-01-02T04:04:05Z");
        var plugin = _files.Write("login", """
            touch "$(dirname "$0")/asked.$$"
            printf '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"t","expirationTimestamp":"%s"}}' "$(cat "$(dirname "$0")/expires")"
            """);
        _files.Write(_server, $"{{ exec: {{ apiVersion: client.authentication.k8s.io/v1, command: sh, args: [ {plugin} ], interactiveMode: Never }} }}");
        using var source = Source();
        foreach (var (jump, asked) in ((int, int)[])[(0, 1), (-1, 1), (2, 2), (-2, 2)])
        {
            _time.JumpWall(TimeSpan.FromHours(jump));
            Assert.NotEmpty((await source.ListAsync(TestContext.Current.CancellationToken)).Objects);
            Assert.Equal(asked, Directory.GetFiles(_files.At("."), "asked.*").Length);
            _files.Write("expires", "2026-01-03T00:00:00Z");
        }
    }

    [Theory]
    [InlineData("./not-there", "the credential plugin", "there is no such program: get it from the shop")]
    [InlineData("/bin/false", "the credential plugin /bin/false failed", "exit code 1")]
    [InlineData("/bin/pwd", "the answer of the credential plugin /bin/pwd is not as it should be", "no JSON")]
    public async Task A_plugin_that_does_not_work_is_named_with_the_reason(string command, string who, string reason)
    {
        _files.Write(_server, $"{{ exec: {{ apiVersion: client.authentication.k8s.io/v1, command: {command}, interactiveMode: Never, installHint: get it from the shop }} }}");
        var message = await FailsAsync();
        Assert.Contains(who, message, StringComparison.Ordinal);
        Assert.Contains(reason, message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
    }

    private string ThumbprintOf(string file)
    {
        using var certificate = X509CertificateLoader.LoadCertificateFromFile(_files.At(file));
        return certificate.Thumbprint;
    }

    private ApiSource Source() => new(Kubeconfig.Load(_files.Path), "node-1", _time, seed: 1, new CredentialPlugins());

    private async Task ListsAsync()
    {
        using var source = Source();
        var content = await source.ListAsync(TestContext.Current.CancellationToken);
        Assert.Contains(content.Objects, o => o is Service);
    }

    private async Task<string> FailsAsync()
    {
        using var source = Source();
        return (await Assert.ThrowsAsync<ApiException>(() => source.ListAsync(TestContext.Current.CancellationToken))).Message;
    }
}
