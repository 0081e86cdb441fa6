using System.Text;
using System.Text.Json;
using Sluice.Kubernetes.Api.Connection;
using Sluice.Kubernetes.Decoding;

namespace Sluice.Kubernetes.Api.Configuration;

/// <summary>Reads the clusters and users of a kubeconfig.</summary>
internal static class KubeconfigFields
{
    private static readonly FieldNames s_cluster = new(
        "server", "tls-server-name", "insecure-skip-tls-verify", "certificate-authority", "certificate-authority-data", "proxy-url", "disable-compression");

    private static readonly FieldNames s_user = new(
        "client-certificate", "client-certificate-data", "client-key", "client-key-data", "token", "tokenFile", "username", "password", "exec",
        "auth-provider", "as", "as-uid", "as-groups", "as-user-extra");

    private static readonly FieldNames s_exec = new(
        "apiVersion", "command", "args", "env", "installHint", "provideClusterInfo", "interactiveMode");

    private static readonly FieldNames s_variable = new("name", "value");
    private static readonly string[] s_versions = ["client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1"];

    /// <summary>Reads a cluster; paths are as seen from the folder of the file.</summary>
    public static KubeconfigCluster ReadCluster(ref Utf8JsonReader json, string place, string folder)
    {
        var cluster = new KubeconfigCluster(place);
        PemText? file = null, data = null;
        var fields = s_cluster.Open(ref json);
        while (fields.Next(ref json) is { } field)
        {
            switch (field)
            {
                case "server":
                    cluster = cluster with { Server = Address(ref json, "http", "https") };
                    break;
                case "tls-server-name":
                    cluster = cluster with { TlsServerName = OrNull(json.Text()) };
                    break;
                case "insecure-skip-tls-verify":
                    cluster = cluster with { SkipsVerification = json.Boolean() };
                    break;
                case "certificate-authority":
                    file = FileAt(json.Text(), folder);
                    break;
                case "certificate-authority-data":
                    data = Data(ref json, $"{place}: {field}");
                    break;
                case "proxy-url":
                    cluster = cluster with { Proxy = Address(ref json, "http", "https", "socks5") };
                    break;
                default:
                    cluster = cluster with { IsUncompressed = json.Boolean() };
                    break;
            }
        }

        cluster = cluster with { Authority = data ?? file };
        return cluster is { SkipsVerification: true, Authority: not null }
            ? throw new DecodeException(json.TokenStartIndex, "insecure-skip-tls-verify and a certificate-authority exclude each other: expected one of them, found both")
            : cluster;
    }

    /// <summary>Reads a user; paths are as seen from the folder of the file.</summary>
    public static KubeconfigUser ReadUser(ref Utf8JsonReader json, string folder)
    {
        PemText? certificate = null, certificateData = null, key = null, keyData = null;
        string? token = null, tokenFile = null, user = null, password = null;
        ExecPlugin? plugin = null;
        var fields = s_user.Open(ref json);
        while (fields.Next(ref json) is { } field)
        {
            switch (field)
            {
                case "client-certificate":
                    certificate = FileAt(json.Text(), folder);
                    break;
                case "client-certificate-data":
                    certificateData = Data(ref json, field);
                    break;
                case "client-key":
                    key = FileAt(json.Text(), folder);
                    break;
                case "client-key-data":
                    keyData = Data(ref json, field);
                    break;
                case "token":
                    token = OrNull(json.Text());
                    break;
                case "tokenFile":
                    tokenFile = json.Text() is { Length: > 0 } path ? Path.Combine(folder, path) : null;
                    break;
                case "username":
                    user = OrNull(json.Text());
                    break;
                case "password":
                    password = json.Text();
                    break;
                case "exec":
                    plugin = ReadExec(ref json, folder);
                    break;
                default:
                    throw json.Unexpected($"a token, a certificate, a user name or exec: {field} is not supported");
            }
        }

        var pair = (Certificate: certificateData ?? certificate, Key: keyData ?? key);
        if (pair.Certificate is null != pair.Key is null)
        {
            throw json.Missing(pair.Key is null ? "client-key" : "client-certificate", "the other half of the certificate and its key");
        }

        // As client-go: of a token and a file of tokens, the file.
        ApiCredential[] given =
        [
            .. tokenFile is not null ? [new ApiCredential.TokenFile(tokenFile)] : token is not null ? [new ApiCredential.Token(token)] : (ApiCredential[])[],
            .. user is not null ? [new ApiCredential.Password(user, password ?? "")] : (ApiCredential[])[],
            .. plugin is not null ? [new ApiCredential.Plugin(plugin)] : (ApiCredential[])[],
        ];
        return given.Length > 1
            ? throw new DecodeException(json.TokenStartIndex, "expected one of token (or tokenFile), username and exec, found more")
            : new KubeconfigUser(given.Length == 0 ? new ApiCredential.None() : given[0], pair.Certificate, pair.Key);
    }

    private static ExecPlugin ReadExec(ref Utf8JsonReader json, string folder)
    {
        string? version = null, command = null, mode = null;
        var plugin = new ExecPlugin("", "", [], []);
        var fields = s_exec.Open(ref json);
        while (fields.Next(ref json) is { } field)
        {
            switch (field)
            {
                case "apiVersion":
                    version = json.Text() is var text && s_versions.Contains(text, StringComparer.Ordinal) ? text : throw json.Unexpected(string.Join(" or ", s_versions));
                    break;
                case "command":
                    command = OrNull(json.Text());
                    break;
                case "args":
                    plugin = plugin with { Arguments = ReadTexts(ref json) };
                    break;
                case "env":
                    plugin = plugin with { Environment = ReadVariables(ref json) };
                    break;
                case "installHint":
                    plugin = plugin with { InstallHint = json.Text() };
                    break;
                case "provideClusterInfo":
                    plugin = plugin with { ProvidesClusterInfo = json.Boolean() };
                    break;
                default:
                    mode = json.Text() is "Never" or "IfAvailable" or "Always" ? json.Text() : throw json.Unexpected("Never, IfAvailable or Always");
                    break;
            }
        }

        return version is null ? throw json.Missing("apiVersion", string.Join(" or ", s_versions))
            : command is null ? throw json.Missing("command", "a program")
            : mode is null && version == s_versions[0] ? throw json.Missing("interactiveMode", "Never, IfAvailable or Always")
            : plugin with
            {
                ApiVersion = version,
                Command = command.Contains('/', StringComparison.Ordinal) ? Path.Combine(folder, command) : command,
                NeedsPerson = mode == "Always",
            };
    }

    private static List<string> ReadTexts(ref Utf8JsonReader json)
    {
        var texts = new List<string>();
        json.OpenList();
        while (json.NextElement())
        {
            texts.Add(json.Text());
        }

        return texts;
    }

    private static List<KeyValuePair<string, string>> ReadVariables(ref Utf8JsonReader json)
    {
        var variables = new List<KeyValuePair<string, string>>();
        json.OpenList();
        while (json.NextElement())
        {
            string? name = null;
            var value = "";
            var fields = s_variable.Open(ref json);
            while (fields.Next(ref json) is { } field)
            {
                (name, value) = field == "name" ? (OrNull(json.Text()), value) : (name, json.Text());
            }

            variables.Add(KeyValuePair.Create(name ?? throw json.Missing("name", "the name of a variable"), value));
        }

        return variables;
    }

    private static Uri Address(ref Utf8JsonReader json, params ReadOnlySpan<string> schemes)
    {
        var text = json.Text();
        return Uri.TryCreate(text, UriKind.Absolute, out var uri) && schemes.Contains(uri.Scheme) && uri.Host.Length > 0
            ? uri
            : throw json.Unexpected($"a URL with {string.Join(" or ", schemes.ToArray().Select(s => s + "://"))}");
    }

    private static PemText.Inline? Data(ref Utf8JsonReader json, string field) =>
        json.Text().Length == 0 ? null
        : json.TryGetBytesFromBase64(out var bytes) ? new PemText.Inline(Encoding.UTF8.GetString(bytes), field)
        : throw new DecodeException(json.TokenStartIndex, "expected base64 of a PEM text, found something else");

    private static PemText.InFile? FileAt(string path, string folder) => path.Length == 0 ? null : new PemText.InFile(Path.Combine(folder, path));

    private static string? OrNull(string text) => text.Length == 0 ? null : text;
}
