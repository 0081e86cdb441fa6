using System.Text.Json;
using Sluice.Kubernetes.Decoding;
using Sluice.Kubernetes.Json;

namespace Sluice.Kubernetes.Api.Configuration;

/// <summary>Reads one kubeconfig file, YAML or JSON. Fields that kubectl has and nothing here needs are left out.</summary>
internal static class KubeconfigReader
{
    private static readonly FieldNames s_config = new("kind", "current-context", "clusters", "users", "contexts");
    private static readonly FieldNames s_context = new("cluster", "user");

    private delegate T Read<T>(ref Utf8JsonReader json, string place);

    /// <summary>Reads a file.</summary>
    /// <exception cref="KubeconfigException">It cannot be read, or is none.</exception>
    public static KubeconfigFile ReadFile(string path)
    {
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            return Parse(path, Path.GetDirectoryName(Path.GetFullPath(path))!, ToJson(stream));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new KubeconfigException($"{Shown.Line(path)}: {Shown.Complaint(e.Message)}", e);
        }
        catch (SyntaxException e)
        {
            throw new KubeconfigException(e.Line > 0 ? $"{Shown.Line(path)}:{e.Line}: {e.Message}" : $"{Shown.Line(path)}: {e.Message}", e);
        }
    }

    // The first document; each value on the line it has in the file.
    private static byte[] ToJson(Stream stream)
    {
        var source = JsonSources.Open(stream, isJson: false);
        using var text = new MemoryStream();
        Span<byte> part = stackalloc byte[4096];
        for (int count; (count = source.Read(part)) > 0;)
        {
            text.Write(part[..count]);
        }

        return text.ToArray();
    }

    private static KubeconfigFile Parse(string path, string folder, ReadOnlySpan<byte> text)
    {
        var json = new Utf8JsonReader(text, isFinalBlock: true, new JsonReaderState(JsonText.Options));
        try
        {
            return text.Trim(" \t\r\n"u8).IsEmpty || !json.Read()
                ? throw new KubeconfigException($"{Shown.Line(path)}: expected a kubeconfig, found an empty file")
                : ReadConfig(ref json, path, folder);
        }
        catch (DecodeException e)
        {
            var field = JsonText.PathAt(text, e.Offset);
            field = e.MissingField is not { } missing ? field : field.Length == 0 ? missing : $"{field}.{missing}";
            throw new KubeconfigException($"{Place(path, text, e.Offset)}: {(field.Length == 0 ? "" : field + ": ")}{e.Message}", e);
        }
        catch (JsonException e)
        {
            throw new KubeconfigException($"{Shown.Line(path)}:{e.LineNumber + 1}: no JSON: {Shown.Complaint(e.Message)}", e);
        }
        catch (InvalidOperationException e)
        {
            throw new KubeconfigException($"{Place(path, text, json.TokenStartIndex)}: expected UTF-8, found bytes that are none", e);
        }
    }

    private static string Place(string path, ReadOnlySpan<byte> text, long offset) =>
        $"{Shown.Line(path)}:{1 + text[..(int)offset].Count((byte)'\n')}";

    private static KubeconfigFile ReadConfig(ref Utf8JsonReader json, string path, string folder)
    {
        var config = KubeconfigFile.Empty;
        var fields = s_config.Open(ref json);
        while (fields.Next(ref json) is { } field)
        {
            switch (field)
            {
                case "kind":
                    _ = json.Text() is "Config" or "" ? true : throw json.Unexpected("Config, the kind of a kubeconfig");
                    break;
                case "current-context":
                    config = config with { CurrentContext = json.Text() is { Length: > 0 } name ? name : null };
                    break;
                case "clusters":
                    config = config with { Clusters = ReadNamed(ref json, "cluster", path, (ref r, place) => KubeconfigFields.ReadCluster(ref r, place, folder)) };
                    break;
                case "users":
                    config = config with { Users = ReadNamed(ref json, "user", path, (ref r, _) => KubeconfigFields.ReadUser(ref r, folder)) };
                    break;
                default:
                    config = config with { Contexts = ReadNamed(ref json, "context", path, ReadContext) };
                    break;
            }
        }

        return config;
    }

    // A list of { name: ..., cluster: { ... } }. Of a name that comes twice the first counts, as in several files.
    private static Dictionary<string, T> ReadNamed<T>(ref Utf8JsonReader json, string what, string path, Read<T> read)
    {
        var all = new Dictionary<string, T>(StringComparer.Ordinal);
        var entry = new FieldNames("name", what);
        json.OpenList();
        while (json.NextElement())
        {
            // The name may come last.
            var name = NameOf(json, entry);
            var fields = entry.Open(ref json);
            while (fields.Next(ref json) is { } field)
            {
                if (field == what)
                {
                    all.TryAdd(name, read(ref json, $"{Shown.Line(path)}: {what} {Shown.Quoted(name)}"));
                }
            }
        }

        return all;
    }

    private static string NameOf(Utf8JsonReader json, FieldNames entry)
    {
        var fields = entry.Open(ref json);
        while (fields.Next(ref json) is { } field)
        {
            if (field == "name")
            {
                return json.Text();
            }

            json.Skip();
        }

        throw json.Missing("name", "a text");
    }

    private static KubeconfigContext ReadContext(ref Utf8JsonReader json, string place)
    {
        string cluster = "", user = "";
        var fields = s_context.Open(ref json);
        while (fields.Next(ref json) is { } field)
        {
            if (field == "cluster")
            {
                cluster = json.Text();
            }
            else
            {
                user = json.Text();
            }
        }

        return new KubeconfigContext(place, cluster, user);
    }
}
