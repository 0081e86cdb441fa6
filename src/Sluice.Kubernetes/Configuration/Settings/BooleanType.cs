using System.Text.Json;
using Sluice.Kubernetes.Decoding;

namespace Sluice.Kubernetes.Configuration.Settings;

/// <summary>True or false. Flags take every spelling that Go takes (strconv.ParseBool).</summary>
internal sealed class BooleanType() : SettingType<bool>("", "true or false")
{
    public override string Implied => "true";

    public override bool TryParse(string text, out bool value)
    {
        value = text is "true" or "True" or "TRUE" or "t" or "T" or "1";
        return value || text is "false" or "False" or "FALSE" or "f" or "F" or "0";
    }

    public override string Format(bool value) => value ? "true" : "false";

    internal override bool Read(ref Utf8JsonReader json) => json.Boolean();

    internal override void Write(Utf8JsonWriter json, bool value) => json.WriteBooleanValue(value);
}
