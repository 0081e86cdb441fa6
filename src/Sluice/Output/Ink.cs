namespace Sluice.Output;

/// <summary>Colours for a terminal, or none. Pad first, then paint: colour codes have no width.</summary>
/// <param name="isOn">Whether to paint at all.</param>
internal sealed class Ink(bool isOn)
{
    /// <summary>No colours.</summary>
    public static readonly Ink None = new(isOn: false);

    public string Bold(string text) => Paint("1", text);

    public string Dim(string text) => Paint("2", text);

    public string Good(string text) => Paint("32", text);

    public string Warn(string text) => Paint("33", text);

    public string Bad(string text) => Paint("31", text);

    public string Cyan(string text) => Paint("36", text);

    private string Paint(string code, string text) => isOn && text.Length > 0 ? $"\e[{code}m{text}\e[0m" : text;
}
