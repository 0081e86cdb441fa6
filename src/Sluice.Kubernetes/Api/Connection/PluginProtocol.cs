using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Sluice.Kubernetes.Decoding;
using Sluice.Kubernetes.Json;

namespace Sluice.Kubernetes.Api.Connection;

/// <summary>The documents that a credential plugin reads and writes: client.authentication.k8s.io ExecCredential.</summary>
internal static class PluginProtocol
{
    private static readonly FieldNames s_answer = new("apiVersion", "kind", "status");
    private static readonly FieldNames s_status = new("token", "clientCertificateData", "clientKeyData", "expirationTimestamp");

    /// <summary>What stands in the plugin's environment as KUBERNETES_EXEC_INFO.</summary>
    public static string Question(ExecPlugin plugin, ApiConnection connection)
    {
        var text = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(text))
        {
            json.WriteStartObject();
            json.WriteString("kind", "ExecCredential");
            json.WriteString("apiVersion", plugin.ApiVersion);
            json.WriteStartObject("spec");
            if (plugin.ProvidesClusterInfo)
            {
                WriteCluster(json, connection);
            }

            json.WriteBoolean("interactive", false);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(text.WrittenSpan);
    }

    /// <summary>Reads what the plugin printed.</summary>
    /// <exception cref="ApiFault">It is not as the API has it.</exception>
    public static PluginAnswer ReadAnswer(ExecPlugin plugin, ReadOnlySpan<byte> text)
    {
        try
        {
            var json = new Utf8JsonReader(text, JsonText.Options);
            json.Read();
            string? version = null, kind = null;
            PluginAnswer? answer = null;
            var fields = s_answer.Open(ref json);
            while (fields.Next(ref json) is { } field)
            {
                switch (field)
                {
                    case "apiVersion":
                        version = json.Text();
                        break;
                    case "kind":
                        kind = json.Text();
                        break;
                    default:
                        answer = ReadStatus(ref json, plugin);
                        break;
                }
            }

            return kind != "ExecCredential" ? throw new ApiFault(ApiFaultKind.Failed, Refusal(plugin, $"kind: expected ExecCredential, found {Shown.Quoted(kind ?? "")}"))
                : version != plugin.ApiVersion ? throw new ApiFault(ApiFaultKind.Failed, Refusal(plugin, $"apiVersion: expected {plugin.ApiVersion}, found {Shown.Quoted(version ?? "")}"))
                : answer is { Token: null, Pair: null } or null ? throw new ApiFault(ApiFaultKind.Failed, Refusal(plugin, "status: expected a token or a certificate with its key, found neither"))
                : answer;
        }
        catch (DecodeException e)
        {
            throw new ApiFault(ApiFaultKind.Failed, Refusal(plugin, $"{JsonText.PathAt(text, e.Offset)}: {e.Message}"), e);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new ApiFault(ApiFaultKind.Failed, Refusal(plugin, $"no JSON: {Shown.Complaint(e.Message)}"), e);
        }
    }

    private static PluginAnswer ReadStatus(ref Utf8JsonReader json, ExecPlugin plugin)
    {
        string? token = null, certificate = null, key = null;
        DateTimeOffset? expires = null;
        var fields = s_status.Open(ref json);
        while (fields.Next(ref json) is { } field)
        {
            var text = json.Text();
            switch (field)
            {
                case "token":
                    token = text.Length == 0 ? null : text;
                    break;
                case "clientCertificateData":
                    certificate = text;
                    break;
                case "clientKeyData":
                    key = text;
                    break;
                default:
                    expires = DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var end)
                        ? end
                        : throw json.Unexpected("a time such as 2026-01-02T03:04:05Z");
                    break;
            }
        }

        var pair = certificate is { Length: > 0 } && key is { Length: > 0 }
            ? new KeyPair(
                new PemText.Inline(certificate, $"clientCertificateData of {plugin.Command}"), new PemText.Inline(key, $"clientKeyData of {plugin.Command}"))
            : null;
        return new PluginAnswer(token, pair, expires);
    }

    private static void WriteCluster(Utf8JsonWriter json, ApiConnection connection)
    {
        json.WriteStartObject("cluster");
        json.WriteString("server", connection.Server.OriginalString);
        if (connection.TlsServerName is { } name)
        {
            json.WriteString("tls-server-name", name);
        }

        if (connection.SkipsVerification)
        {
            json.WriteBoolean("insecure-skip-tls-verify", true);
        }

        if (connection.Authority is { } authority)
        {
            json.WriteBase64String("certificate-authority-data", Encoding.UTF8.GetBytes(authority.Read()));
        }

        if (connection.Proxy is { } proxy)
        {
            json.WriteString("proxy-url", proxy.OriginalString);
        }

        json.WriteNull("config");
        json.WriteEndObject();
    }

    private static string Refusal(ExecPlugin plugin, string complaint) => $"the answer of the credential plugin {plugin.Command} is not as it should be: {complaint}";
}
