using System.Text.Json;
using Sluice.Kubernetes.Json;
using Sluice.Kubernetes.Manifests;

namespace Sluice.Kubernetes.Configuration;

/// <summary>
/// Reads files of kind KubeProxyConfiguration, YAML or JSON. Strictly: a field that is not known, comes twice or has a value of another type is
/// an error that names line and field. Where kube-proxy takes zero, null or nothing for the default, so does this.
/// </summary>
public static class ConfigurationReader
{
    /// <summary>The apiVersion of the files.</summary>
    public const string ApiVersion = "kubeproxy.config.k8s.io/v1alpha1";

    /// <summary>The kind of the files.</summary>
    public const string Kind = "KubeProxyConfiguration";

    // Thousands of times what any has.
    private const int MaxBytes = 4 << 20;

    /// <summary>Reads a file. Does not throw on content.</summary>
    /// <param name="stream">The text.</param>
    /// <param name="source">What it is called in messages; a name that ends in <c>.json</c> says what it is.</param>
    public static ConfigurationResult Read(Stream stream, string source)
    {
        byte[] json = [];
        try
        {
            json = ToJson(stream, source.EndsWith(".json", StringComparison.OrdinalIgnoreCase));
            var walk = new ConfigurationWalk(json);
            walk.Run();
            var file = new ConfigurationFile(source, walk.Configuration, walk.Lines);
            return ConfigurationCheck.Find(file.Configuration) is { } problem
                ? new ConfigurationResult.Refused(file.Locate(problem))
                : new ConfigurationResult.Read(file);
        }
        catch (SyntaxException e)
        {
            return Refused(source, e.Line, e.Message);
        }
        catch (JsonException e)
        {
            return Refused(source, (int)(e.LineNumber ?? 0) + 1, $"no JSON: {Shown.Complaint(e.Message)}");
        }
        catch (Decoding.DecodeException e)
        {
            var path = string.Join('.', ((string?[])[JsonText.PathAt(json, e.Offset), e.MissingField]).Where(p => !string.IsNullOrEmpty(p)));
            return Refused(source, ConfigurationWalk.LineAt(json, e.Offset), path.Length == 0 ? e.Message : $"{path}: {e.Message}");
        }
    }

    private static ConfigurationResult.Refused Refused(string source, int line, string message) => new(new ManifestProblem(source, line, message));

    private static byte[] ToJson(Stream stream, bool isJson)
    {
        var source = JsonSources.Open(stream, isJson);
        var json = new MemoryStream();
        var buffer = new byte[16 * 1024];
        for (int count; (count = source.Read(buffer)) > 0;)
        {
            json.Write(buffer, 0, count);
            if (json.Length > MaxBytes)
            {
                throw new SyntaxException(0, $"more than {MaxBytes >> 20} MB: this is no {Kind}");
            }
        }

        return json.GetBuffer().AsSpan(0, (int)json.Length).ContainsAnyExcept(" \t\r\n"u8)
            ? json.ToArray()
            : throw new SyntaxException(1, $"expected a {Kind}, found nothing");
    }
}
