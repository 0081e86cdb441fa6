using Sluice.Kubernetes.Api;
using Sluice.Kubernetes.Api.Configuration;
using Sluice.Kubernetes.Api.Connection;
using Xunit;

namespace Sluice.Tests.Api;

/// <summary>Kubeconfigs as kubectl reads them, and what is said of those that make no sense.</summary>
public sealed class KubeconfigTests : IDisposable
{
    private readonly KubeconfigFiles _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public void The_current_context_says_cluster_and_user_and_another_can_be_taken()
    {
        const string Text = """
            apiVersion: v1
            kind: Config
            current-context: a
            preferences: { colors: true }
            contexts:
            - { name: a, context: { cluster: one, user: cert } }
            - context: { cluster: two, user: token }
              name: b
            clusters:
            - name: one
              cluster:
                server: https://10.0.0.1:6443/prefix/
                certificate-authority: pki/ca.crt
                tls-server-name: api.internal
                proxy-url: socks5://10.0.0.9:1080
                disable-compression: true
            - name: two
              cluster: { server: "https://[fd00::1]:6443", insecure-skip-tls-verify: true }
            users:
            - name: cert
              user: { client-certificate: /abs/client.crt, client-key: client.key }
            - name: token
              user: { token: old, tokenFile: token }
            """;
        var path = _files.Write("config", Text);
        var first = Kubeconfig.Load(path);
        Assert.Equal(
            new ApiConnection(new Uri("https://10.0.0.1:6443/prefix/"))
            {
                TlsServerName = "api.internal",
                Authority = new PemText.InFile(_files.At("pki/ca.crt")),
                ClientCertificate = new PemText.InFile("/abs/client.crt"),
                ClientKey = new PemText.InFile(_files.At("client.key")),
                Proxy = new Uri("socks5://10.0.0.9:1080"),
                IsUncompressed = true,
            },
            first);
        var second = Kubeconfig.Load(path, "b", new Uri("https://other:1"));
        Assert.Equal(
            new ApiConnection(new Uri("https://other:1")) { SkipsVerification = true, Credential = new ApiCredential.TokenFile(_files.At("token")) },
            second);
    }

    [Fact]
    public void JSON_is_read_as_well_and_exec_plugins_are_known()
    {
        const string Text = """
            {"current-context":"x","contexts":[{"name":"x","context":{"cluster":"c","user":"u"}}],
             "clusters":[{"name":"c","cluster":{"server":"http://127.0.0.1:8080"}}],
             "users":[{"name":"u","user":{"exec":{"apiVersion":"client.authentication.k8s.io/v1","command":"bin/login","args":["--for","me"],
               "env":[{"name":"A","value":"1"}],"provideClusterInfo":true,"interactiveMode":"IfAvailable","installHint":"get it"}}}]}
            """;
        var plugin = Assert.IsType<ApiCredential.Plugin>(Kubeconfig.Load(_files.Write("config", Text)).Credential).Program;
        Assert.Equal((_files.At("bin/login"), "client.authentication.k8s.io/v1", true, false), (plugin.Command, plugin.ApiVersion, plugin.ProvidesClusterInfo, plugin.NeedsPerson));
        Assert.Equal(["--for", "me"], plugin.Arguments);
        Assert.Equal([KeyValuePair.Create("A", "1")], plugin.Environment);
    }

    [Fact]
    public void Of_several_files_the_first_that_names_something_counts_and_paths_stay_with_their_files()
    {
        Directory.CreateDirectory(_files.At("b"));
        var a = _files.Write("a", """
            contexts: [ { name: x, context: { cluster: c, user: u } } ]
            users: [ { name: u, user: { token: first } } ]
            """);
        var b = _files.Write("b/config", """
            current-context: x
            clusters: [ { name: c, cluster: { server: "https://b", certificate-authority: ca.crt } } ]
            users: [ { name: u, user: { token: second } } ]
            """);
        var found = Kubeconfig.LoadList($"{a}:{_files.At("not-there")}:{b}");
        Assert.Equal(new ApiCredential.Token("first"), found.Credential);
        Assert.Equal(new PemText.InFile(_files.At("b/ca.crt")), found.Authority);
        Assert.Contains("none of the files", Assert.Throws<KubeconfigException>(() => Kubeconfig.LoadList("/not/there:/neither")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "config: expected a kubeconfig, found an empty file")]
    [InlineData("clusters: 7", "config:1: clusters: expected a list, found 7")]
    [InlineData("kind: Pod", "config:1: kind: expected Config, the kind of a kubeconfig, found \"Pod\"")]
    [InlineData("clusters:\n- cluster: {}", "clusters[0].name: expected a text, found nothing")]
    [InlineData("clusters:\n- name: c\n  cluster:\n    server: ftp://x", "config:4: clusters[0].cluster.server: expected a URL with http:// or https://, found \"ftp://x\"")]
    [InlineData("clusters:\n- name: c\n  cluster:\n    insecure-skip-tls-verify: maybe", "config:4: clusters[0].cluster[\"insecure-skip-tls-verify\"]: expected true or false, found \"maybe\"")]
    [InlineData("clusters:\n- name: c\n  cluster:\n    certificate-authority-data: '%%'", "config:4: clusters[0].cluster[\"certificate-authority-data\"]: expected base64 of a PEM text, found something else")]
    [InlineData("users:\n- name: u\n  user:\n    auth-provider: { name: gcp }", "config:4: users[0].user[\"auth-provider\"]: expected a token, a certificate, a user name or exec: auth-provider is not supported, found an object")]
    [InlineData("users:\n- name: u\n  user: { client-certificate: x }", "users[0].user.client-key: expected the other half of the certificate and its key, found nothing")]
    [InlineData("users:\n- name: u\n  user: { token: a, username: b }", "users[0].user: expected one of token (or tokenFile), username and exec, found more")]
    [InlineData("users:\n- name: u\n  user:\n    exec: { command: x }", "users[0].user.exec.apiVersion: expected client.authentication.k8s.io/v1 or client.authentication.k8s.io/v1beta1, found nothing")]
    [InlineData("users:\n- name: u\n  user:\n    exec: { command: x, apiVersion: client.authentication.k8s.io/v1 }", "users[0].user.exec.interactiveMode: expected Never, IfAvailable or Always, found nothing")]
    [InlineData("contexts: []", "current-context: expected the name of a context, found nothing")]
    [InlineData("current-context: x\ncontexts: [ { name: y, context: {} } ]", "there is no context \"x\": there are y")]
    [InlineData("current-context: x\ncontexts: [ { name: x, context: { cluster: c } } ]", "context \"x\": cluster: there is no cluster \"c\"")]
    [InlineData("current-context: x\ncontexts: [ { name: x, context: { cluster: c, user: u } } ]\nclusters: [ { name: c, cluster: { server: https://x } } ]", "context \"x\": user: there is no user \"u\"")]
    [InlineData("current-context: x\ncontexts: [ { name: x, context: { cluster: c } } ]\nclusters: [ { name: c, cluster: {} } ]", "cluster \"c\": server: expected the URL of the API server, found nothing")]
    [InlineData("clusters: [", "no YAML")]
    public void What_makes_no_sense_is_named_in_one_line_with_file_and_field(string text, string complaint)
    {
        var path = _files.Write("config", text);
        var message = Assert.Throws<KubeconfigException>(() => Kubeconfig.Load(path)).Message;
        Assert.StartsWith(path, message, StringComparison.Ordinal);
        Assert.Contains(complaint, message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
    }

    [Fact]
    public void A_pod_finds_the_server_of_its_cluster_and_nobody_else_does()
    {
        _files.Write("ca.crt", "pem");
        string? Environment(string name) => name == "KUBERNETES_SERVICE_HOST" ? "fd00::1" : name == "KUBERNETES_SERVICE_PORT" ? "443" : null;
        var found = InCluster.Find(Environment, System.IO.Path.GetDirectoryName(_files.Path));
        Assert.Equal(
            new ApiConnection(new Uri("https://[fd00::1]:443"))
            {
                Authority = new PemText.InFile(_files.At("ca.crt")),
                Credential = new ApiCredential.TokenFile(_files.At("token")),
            },
            found);
        Assert.Null(InCluster.Find(_ => null));
    }
}
