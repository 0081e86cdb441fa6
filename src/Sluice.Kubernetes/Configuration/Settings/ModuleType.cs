using System.Globalization;
using System.Text.Json;
using Sluice.Kubernetes.Decoding;

namespace Sluice.Kubernetes.Configuration.Settings;

/// <summary>A pattern of source files with a verbosity: <c>pattern=2</c> in a flag, an object in the file.</summary>
internal sealed class ModuleType() : SettingType<ModuleVerbosity>("PATTERN=NUMBER", "a pattern with a number, such as proxier=4")
{
    private static readonly IntegerType s_verbosity = new(0, int.MaxValue);

    public override bool TryParse(string text, out ModuleVerbosity value)
    {
        var equals = text.LastIndexOf('=');
        if (equals > 0 && s_verbosity.TryParse(text[(equals + 1)..], out var verbosity))
        {
            value = new ModuleVerbosity(text[..equals], verbosity);
            return true;
        }

        value = default;
        return false;
    }

    public override string Format(ModuleVerbosity value) => string.Create(CultureInfo.InvariantCulture, $"{value.FilePattern}={value.Verbosity}");

    internal override ModuleVerbosity Read(ref Utf8JsonReader json)
    {
        if (json.TokenType != JsonTokenType.StartObject)
        {
            throw json.Unexpected("filePattern and verbosity");
        }

        var (pattern, verbosity) = ("", 0);
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var name = json.GetString();
            var offset = json.TokenStartIndex;
            json.Read();
            switch (name)
            {
                case "filePattern":
                    pattern = json.Text();
                    break;
                case "verbosity":
                    verbosity = s_verbosity.Read(ref json);
                    break;
                default:
                    throw new DecodeException(offset, "no such field: expected filePattern or verbosity");
            }
        }

        return pattern.Length > 0 ? new ModuleVerbosity(pattern, verbosity) : throw json.Missing("filePattern", "a text");
    }

    internal override void Write(Utf8JsonWriter json, ModuleVerbosity value)
    {
        json.WriteStartObject();
        json.WriteString("filePattern", value.FilePattern);
        json.WriteNumber("verbosity", value.Verbosity);
        json.WriteEndObject();
    }
}
