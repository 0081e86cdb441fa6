namespace Sluice.Kubernetes.Configuration.Settings;

/// <summary>A text.</summary>
/// <param name="helpName">What stands for it in help.</param>
/// <param name="expected">What it must be.</param>
/// <param name="isValid">Tells which texts are taken; null for all.</param>
/// <param name="implied">What the flag alone stands for; null when it needs a value.</param>
internal sealed class TextType(string helpName, string expected = "a text", Func<string, bool>? isValid = null, string? implied = null)
    : SettingType<string>(helpName, expected)
{
    public override string? Implied => implied;

    public override bool TryParse(string text, out string value)
    {
        value = text;
        return isValid?.Invoke(text) ?? true;
    }

    public override string Format(string value) => value;

    public override bool IsZero(string value) => value.Length == 0;
}
