using System.Security.Cryptography;
using System.Text;
using Sluice.Tests.Api.Server;

namespace Sluice.Tests.Api;

/// <summary>A folder of a test's own with a kubeconfig and what it names.</summary>
internal sealed class KubeconfigFiles : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sluice-kubeconfig-").FullName;

    public string Path => At("config");

    public string At(string name) => System.IO.Path.Combine(_folder, name);

    public string Write(string name, string text)
    {
        var draft = At(name + ".new");
        File.WriteAllText(draft, text);
        File.Move(draft, At(name), overwrite: true);
        return At(name);
    }

    /// <summary>Writes a kubeconfig of one cluster, user and context.</summary>
    /// <param name="server">The server.</param>
    /// <param name="user">The fields of the user, as YAML in braces.</param>
    /// <param name="cluster">More fields of the cluster.</param>
    public string Write(ApiServer server, string user, string cluster = "")
    {
        var authority = cluster.Length > 0 ? cluster : $"certificate-authority-data: {Base64(server.Authority.Pem)}";
        return Write("config", $$"""
            apiVersion: v1
            kind: Config
            current-context: here
            contexts:
            - name: here
              context: { cluster: c, user: u, namespace: kube-system }
            clusters:
            - name: c
              cluster: { server: "{{server.Address.OriginalString}}", {{authority}} }
            users:
            - name: u
              user: {{user}}
            """);
    }

    public void WritePair(TestAuthority authority, AsymmetricAlgorithm key, Func<string> keyPem, string name = "client")
    {
        Write(name + ".key", keyPem());
        Write(name + ".crt", authority.IssueUser(key));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    public static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
