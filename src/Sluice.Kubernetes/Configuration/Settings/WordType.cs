namespace Sluice.Kubernetes.Configuration.Settings;

/// <summary>One of a few words.</summary>
/// <typeparam name="T">What they mean.</typeparam>
/// <param name="helpName">What stands for a word in help.</param>
/// <param name="words">The words with their meaning. An empty one is taken, and not shown.</param>
/// <param name="refused">Words that are known and refused, with the reason.</param>
internal sealed class WordType<T>(string helpName, IReadOnlyList<(string Word, T Value)> words, params (string Word, string Reason)[] refused)
    : SettingType<T>(helpName, "one of " + string.Join(", ", words.Select(w => w.Word).Where(w => w.Length > 0)))
    where T : struct
{
    public override bool TryParse(string text, out T value)
    {
        var found = words.Where(w => w.Word == text).Select(w => (T?)w.Value).FirstOrDefault();
        value = found.GetValueOrDefault();
        return found.HasValue;
    }

    public override string Format(T value) => words.First(w => w.Word.Length > 0 && EqualityComparer<T>.Default.Equals(w.Value, value)).Word;

    public override string? Complaint(string text) =>
        refused.Where(r => r.Word == text).Select(r => $"'{text}' is refused: {r.Reason}").FirstOrDefault() ??
        (NearestWord.Of(text, words.Select(w => w.Word).Where(w => w.Length > 0)) is { } near
            ? $"expected {Expected}, not '{Json.Shown.Line(text)}', did you mean {near}?"
            : null);
}
