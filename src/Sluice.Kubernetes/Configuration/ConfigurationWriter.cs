using System.Text.Json;

namespace Sluice.Kubernetes.Configuration;

/// <summary>Writes configurations as kube-proxy's files have them, every field, in alphabetical order. Reading what was written gives the same value.</summary>
public static class ConfigurationWriter
{
    /// <summary>A value that no file can say: where zero stands for the default, zero cannot be asked for. Null when all can be said.</summary>
    public static ConfigurationProblem? FindUnsayable(ProxyConfiguration configuration) => ConfigurationTable.All
        .Where(s => s.Field is not null && !s.CanWrite(configuration))
        .Select(s => new ConfigurationProblem(s.Field!, $"'{s.Show(configuration)}' cannot be said in a file: there it stands for {s.DefaultText}"))
        .FirstOrDefault();

    /// <summary>Writes one as JSON.</summary>
    public static void Write(Utf8JsonWriter json, ProxyConfiguration configuration)
    {
        json.WriteStartObject();
        json.WriteString("apiVersion", ConfigurationReader.ApiVersion);
        json.WriteString("kind", ConfigurationReader.Kind);
        string[] open = [];
        foreach (var setting in ConfigurationTable.All.Where(s => s is { Field: not null } and not Settings.RetiredField<ProxyConfiguration>).OrderBy(s => s.Field, StringComparer.Ordinal))
        {
            var parts = setting.Field!.Split('.');
            var sections = parts[..^1];
            var common = open.Zip(sections).TakeWhile(p => p.First == p.Second).Count();
            for (var i = open.Length; i > common; i--)
            {
                json.WriteEndObject();
            }

            for (var i = common; i < sections.Length; i++)
            {
                json.WriteStartObject(sections[i]);
            }

            open = sections;
            json.WritePropertyName(parts[^1]);
            setting.Write(json, configuration);
        }

        for (var i = open.Length; i > 0; i--)
        {
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }
}
