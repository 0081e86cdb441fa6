using System.Globalization;
using System.Text.Json;

namespace Sluice.Kubernetes.Configuration.Settings;

/// <summary>A number of bytes as Kubernetes writes quantities: <c>64Ki</c>, <c>1M</c>; kept as it is written.</summary>
internal sealed class QuantityType() : SettingType<string>("QUANTITY", "a quantity such as 64Ki")
{
    private static readonly string[] s_units = ["", "k", "M", "G", "T", "P", "E", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];

    public override bool TryParse(string text, out string value)
    {
        value = text;
        var digits = text.AsSpan().IndexOfAnyExcept("0123456789.");
        var number = digits < 0 ? text : text[..digits];
        return decimal.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out _) &&
            s_units.Contains(text[number.Length..], StringComparer.Ordinal);
    }

    public override string Format(string value) => value;

    internal override string Read(ref Utf8JsonReader json) => json.TokenType == JsonTokenType.Number && json.TryGetInt64(out var number) && number >= 0
        ? number.ToString(CultureInfo.InvariantCulture)
        : base.Read(ref json);
}
