using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Xunit;

namespace Sluice.KernelTests.Daemon;

/// <summary>Who the proxy is to the API server is renewed while it runs.</summary>
public sealed class RotationTests
{
    [Fact]
    public async Task A_token_and_a_certificate_are_rotated_while_the_proxy_runs()
    {
        await using var lab = await ServedProxyLab.CreateAsync();
        lab.Serve(ClusterFile.Service("web", "172.30.0.1"));
        var proxy = await lab.StartAsync();
        for (var round = 1; round <= 3; round++)
        {
            // As a kubelet does: the new one is there before the old one ends.
            Replace(lab, "token", $"token-{round}");
            lab.Server.Users = [$"Bearer token-{round}"];
            lab.Server.ResetConnections();
            lab.Serve(ClusterFile.Service($"token{round}", $"172.30.1.{round}"));
            await lab.BecomesRightAsync(proxy, $"token {round}");
        }

        await proxy.StopAsync();
        for (var round = 0; round <= 3; round++)
        {
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            var certificate = lab.Server.Authority.IssueUser(key);
            using var parsed = X509Certificate2.CreateFromPem(certificate);
            Replace(lab, "client.key", key.ExportPkcs8PrivateKeyPem());
            Replace(lab, "client.crt", certificate);
            lab.Server.Users = [parsed.Thumbprint];
            if (round == 0)
            {
                var kubeconfig = Path.Combine(lab.Folder, "kubeconfig");
                Replace(lab, "kubeconfig", (await File.ReadAllTextAsync(kubeconfig, TestContext.Current.CancellationToken))
                    .Replace("tokenFile: token", "client-certificate: client.crt, client-key: client.key", StringComparison.Ordinal));
                proxy = await lab.StartAsync();
            }

            lab.Server.ResetConnections();
            lab.Serve(ClusterFile.Service($"pair{round}", $"172.30.2.{round}"));
            await lab.BecomesRightAsync(proxy, $"certificate {round}");
        }

        await proxy.StopAsync();
    }

    private static void Replace(ServedProxyLab lab, string name, string text)
    {
        var path = Path.Combine(lab.Folder, name);
        File.WriteAllText(path + ".new", text);
        File.Move(path + ".new", path, overwrite: true);
    }
}
