using System.Globalization;
using System.Text.Json;
using Sluice.Kubernetes.Decoding;

namespace Sluice.Kubernetes.Configuration.Settings;

/// <summary>A number with a fraction, of 32 bits.</summary>
internal sealed class DecimalType() : SettingType<float>("NUMBER", "a number")
{
    public override bool TryParse(string text, out float value) =>
        float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && float.IsFinite(value);

    public override string Format(float value) => value.ToString("R", CultureInfo.InvariantCulture);

    internal override float Read(ref Utf8JsonReader json) =>
        json.TokenType == JsonTokenType.Number && json.TryGetSingle(out var number) && float.IsFinite(number) ? number : throw json.Unexpected(Expected);

    internal override void Write(Utf8JsonWriter json, float value) => json.WriteNumberValue(value);
}
