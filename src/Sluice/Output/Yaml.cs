using System.Text;
using System.Text.Json;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Sluice.Output;

/// <summary>Turns JSON into the same document in YAML.</summary>
internal static class Yaml
{
    // What YAML 1.1 or 1.2 readers would take for something else than a string.
    private static readonly string[] s_words = ["true", "false", "yes", "no", "on", "off", "y", "n", "null", "~", ".nan", ".inf", "-.inf", "+.inf", "<<", "="];

    /// <summary>Writes the document.</summary>
    public static void Write(TextWriter output, ReadOnlySpan<byte> json)
    {
        var emitter = new Emitter(output, new EmitterSettings(bestIndent: 2, bestWidth: int.MaxValue, isCanonical: false, maxSimpleKeyLength: 1024, skipAnchorName: true));
        emitter.Emit(new StreamStart());
        emitter.Emit(new DocumentStart(version: null, tags: null, isImplicit: true));
        var reader = new Utf8JsonReader(json);
        while (reader.Read())
        {
            emitter.Emit(EventOf(ref reader));
        }

        emitter.Emit(new DocumentEnd(isImplicit: true));
        emitter.Emit(new StreamEnd());
    }

    private static ParsingEvent EventOf(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.StartObject => new MappingStart(AnchorName.Empty, TagName.Empty, isImplicit: true, MappingStyle.Block),
        JsonTokenType.EndObject => new MappingEnd(),
        JsonTokenType.StartArray => new SequenceStart(AnchorName.Empty, TagName.Empty, isImplicit: true, SequenceStyle.Block),
        JsonTokenType.EndArray => new SequenceEnd(),
        JsonTokenType.PropertyName => new Scalar(reader.GetString()!),
        JsonTokenType.String => Text(reader.GetString()!),
        _ => Plain(Encoding.UTF8.GetString(reader.ValueSpan)),
    };

    private static Scalar Plain(string text) => new(AnchorName.Empty, TagName.Empty, text, ScalarStyle.Plain, isPlainImplicit: true, isQuotedImplicit: false);

    private static Scalar Text(string text) => new(
        AnchorName.Empty, TagName.Empty, text, LooksLikeAnotherType(text) ? ScalarStyle.DoubleQuoted : ScalarStyle.Any, isPlainImplicit: true, isQuotedImplicit: true);

    // Numbers of all notations (octal, sexagesimal, with underscores) and dates begin with a digit, a sign or a point.
    private static bool LooksLikeAnotherType(string text) =>
        text.Length == 0 || s_words.Contains(text, StringComparer.OrdinalIgnoreCase) ||
        char.IsAsciiDigit(text[0]) || (text[0] is '-' or '+' or '.' && text.Length > 1 && (char.IsAsciiDigit(text[1]) || text[1] == '.'));
}
