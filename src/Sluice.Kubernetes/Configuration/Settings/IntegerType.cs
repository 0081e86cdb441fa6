using System.Globalization;
using System.Text.Json;
using Sluice.Kubernetes.Decoding;

namespace Sluice.Kubernetes.Configuration.Settings;

/// <summary>A whole number within bounds.</summary>
internal sealed class IntegerType(int min, int max, string? helpName = null) : SettingType<int>(
    helpName ?? (max == int.MaxValue ? "NUMBER" : $"{min}..{max}"),
    max == int.MaxValue ? $"a number from {min}" : $"a number from {min} to {max}")
{
    public override bool TryParse(string text, out int value) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value) && value >= min && value <= max;

    public override string Format(int value) => value.ToString(CultureInfo.InvariantCulture);

    internal override int Read(ref Utf8JsonReader json) =>
        json.TokenType == JsonTokenType.Number && json.TryGetInt32(out var number) && number >= min && number <= max
            ? number
            : throw json.Unexpected(Expected);

    internal override void Write(Utf8JsonWriter json, int value) => json.WriteNumberValue(value);
}
