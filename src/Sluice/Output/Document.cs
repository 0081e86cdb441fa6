using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Sluice.Output;

/// <summary>Prints a document as JSON, or the same document as YAML.</summary>
internal static class Document
{
    /// <summary>As JSON for people: indented.</summary>
    public static void WriteJson(CommandIO io, Action<Utf8JsonWriter> write)
    {
        io.Write(Bytes(write, indented: true).Span);
        io.Write("\n"u8);
    }

    /// <summary>As JSON on one line.</summary>
    public static void WriteJsonLine(CommandIO io, Action<Utf8JsonWriter> write)
    {
        io.Write(Bytes(write, indented: false).Span);
        io.Write("\n"u8);
    }

    /// <summary>As YAML.</summary>
    public static void WriteYaml(CommandIO io, Action<Utf8JsonWriter> write) => WriteYaml(io.Output, write);

    /// <summary>As YAML.</summary>
    public static void WriteYaml(TextWriter output, Action<Utf8JsonWriter> write) => Yaml.Write(output, Bytes(write, indented: false).Span);

    /// <summary>The document as JSON.</summary>
    public static ReadOnlyMemory<byte> Bytes(Action<Utf8JsonWriter> write, bool indented)
    {
        var buffer = new ArrayBufferWriter<byte>(16 * 1024);

        // Rules are full of quotes and angle brackets, and nothing here ends up inside HTML.
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = indented, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            write(writer);
        }

        return buffer.WrittenMemory;
    }
}
