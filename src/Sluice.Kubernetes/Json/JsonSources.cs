using System.Text;
using Sluice.Kubernetes.Yaml;

namespace Sluice.Kubernetes.Json;

/// <summary>Tells what a text is by how it begins: JSON or YAML, UTF-8 or UTF-16.</summary>
internal static class JsonSources
{
    private const int LookAhead = 512;

    /// <summary>The text as JSON.</summary>
    /// <exception cref="SyntaxException">It is no text.</exception>
    public static IJsonSource Open(Stream stream, bool isJson)
    {
        var start = new byte[LookAhead];
        var count = stream.ReadAtLeast(start, LookAhead, throwOnEndOfStream: false);
        var head = start.AsMemory(0, count);
        Stream whole = new PrefixedStream(head, stream);
        switch (head.Span)
        {
            // What PowerShell writes into a file.
            case [0xff, 0xfe, ..]:
                return Open(Utf8Of(whole, Encoding.Unicode), isJson);
            case [0xfe, 0xff, ..]:
                return Open(Utf8Of(whole, Encoding.BigEndianUnicode), isJson);
            case [0xef, 0xbb, 0xbf, .. var rest]:
                whole = new PrefixedStream(head[3..], stream);
                return Open(whole, isJson || LooksLikeJson(rest), rest);
            default:
                return Open(whole, isJson || LooksLikeJson(head.Span), head.Span);
        }
    }

    private static IJsonSource Open(Stream stream, bool isJson, ReadOnlySpan<byte> head) =>
        head.Contains((byte)0) ? throw new SyntaxException(0, "no text: expected YAML or JSON, found zero bytes")
        : isJson ? new StreamSource(stream)
        : new YamlSource(stream);

    // YAML has braces too, but hardly before a quote.
    private static bool LooksLikeJson(ReadOnlySpan<byte> text)
    {
        text = text.TrimStart(" \t\r\n"u8);
        return text is [(byte)'{', .. var rest] && rest.TrimStart(" \t\r\n"u8) is [] or [(byte)'"' or (byte)'}', ..];
    }

    // The mark at the beginning becomes that of UTF-8, which the caller takes off.
    private static Stream Utf8Of(Stream stream, Encoding encoding) => Encoding.CreateTranscodingStream(stream, encoding, Encoding.UTF8);
}
