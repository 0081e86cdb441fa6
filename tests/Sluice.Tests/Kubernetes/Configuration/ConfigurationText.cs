using System.Text;
using System.Text.Json;
using Sluice.Kubernetes.Configuration;
using Sluice.Output;
using Xunit;

namespace Sluice.Tests.Kubernetes.Configuration;

/// <summary>Reads and writes configurations in memory.</summary>
internal static class ConfigurationText
{
    public const string Header = "apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\n";

    public static ConfigurationResult Read(string text, string source = "config.conf")
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(text));
        return ConfigurationReader.Read(stream, source);
    }

    /// <summary>The configuration of a text that is in order.</summary>
    public static ProxyConfiguration Of(string text)
    {
        var result = Read(text);
        return result is ConfigurationResult.Read { File.Configuration: var configuration } ? configuration : Fail(result, text);
    }

    public static string Yaml(ProxyConfiguration configuration)
    {
        using var text = new StringWriter { NewLine = "\n" };
        Document.WriteYaml(text, json => ConfigurationWriter.Write(json, configuration));
        return text.ToString();
    }

    public static string Json(ProxyConfiguration configuration)
    {
        using var output = new MemoryStream();
        using (var json = new Utf8JsonWriter(output))
        {
            ConfigurationWriter.Write(json, configuration);
        }

        return Encoding.UTF8.GetString(output.ToArray());
    }

    private static ProxyConfiguration Fail(ConfigurationResult result, string text)
    {
        Assert.Fail($"{result}\n{text}");
        return ProxyConfiguration.Default;
    }
}
