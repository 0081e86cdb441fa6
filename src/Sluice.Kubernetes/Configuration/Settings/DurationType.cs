using System.Text.Json;

namespace Sluice.Kubernetes.Configuration.Settings;

/// <summary>A length of time, zero or more.</summary>
/// <param name="isAboveZero">Whether zero is none.</param>
/// <param name="takesNanoseconds">Whether the file may have a number of nanoseconds too.</param>
internal sealed class DurationType(bool isAboveZero = false, bool takesNanoseconds = false) : SettingType<TimeSpan>(
    "DURATION", $"a duration such as 30s, 1m30s or 500ms{(isAboveZero ? ", above 0" : "")}")
{
    public override bool TryParse(string text, out TimeSpan value)
    {
        value = GoDuration.Read(text) ?? TimeSpan.MinValue;
        return value >= TimeSpan.Zero && !(isAboveZero && value == TimeSpan.Zero);
    }

    public override string Format(TimeSpan value) => GoDuration.Write(value);

    internal override TimeSpan Read(ref Utf8JsonReader json) =>
        json.TokenType == JsonTokenType.Number && takesNanoseconds && json.TryGetInt64(out var nanoseconds) && nanoseconds >= 0
            ? TimeSpan.FromTicks(nanoseconds / TimeSpan.NanosecondsPerTick)
            : ReadText(ref json);

    // Zero is the default of such a field, which the caller knows.
    private TimeSpan ReadText(ref Utf8JsonReader json) =>
        isAboveZero && json.TokenType == JsonTokenType.String && GoDuration.Read(json.GetString()!) == TimeSpan.Zero ? TimeSpan.Zero : base.Read(ref json);
}
