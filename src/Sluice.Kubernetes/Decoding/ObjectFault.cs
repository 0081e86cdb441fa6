using System.Text.Json;
using Sluice.Kubernetes.Json;
using Sluice.Kubernetes.Objects;

namespace Sluice.Kubernetes.Decoding;

/// <summary>Says which object and field could not be read.</summary>
/// <param name="Object">The object; null when not even its name can be read.</param>
/// <param name="Message">The object, the field, what was expected and what was found; one line.</param>
internal readonly record struct ObjectFault(ObjectKey? Object, string Message)
{
    private static readonly FieldNames s_object = new("metadata");

    /// <summary>Describes why decoding an object ended.</summary>
    /// <param name="fault">The reason.</param>
    /// <param name="kind">The object's kind.</param>
    /// <param name="item">Its text.</param>
    /// <param name="texts">Where texts are kept.</param>
    public static ObjectFault Of(DecodeException fault, ObjectKind kind, ReadOnlySpan<byte> item, TextPool texts)
    {
        var path = JsonText.PathAt(item, fault.Offset);
        path = fault.MissingField is not { } missing ? path : path.Length == 0 ? missing : $"{path}.{missing}";
        var known = NameOf(kind, item, texts);
        var key = new ObjectKey(kind, known ?? new ObjectName("", "(no name)"));
        return new ObjectFault(known is null ? null : key, $"{key}: {path}: {fault.Message}");
    }

    // A second look at the metadata alone, which may themselves be at fault.
    private static ObjectName? NameOf(ObjectKind kind, ReadOnlySpan<byte> item, TextPool texts)
    {
        try
        {
            var json = new Utf8JsonReader(item, JsonText.Options);
            json.Read();
            for (var fields = s_object.Open(ref json); fields.Next(ref json) is not null;)
            {
                return Metadata.Read(ref json, kind, texts).Name;
            }
        }
        catch (Exception e) when (e is DecodeException or InvalidOperationException)
        {
            return null;
        }

        return null;
    }
}
