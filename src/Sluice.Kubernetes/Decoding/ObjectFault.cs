using Sluice.Kubernetes.Json;
using Sluice.Kubernetes.Objects;

namespace Sluice.Kubernetes.Decoding;

/// <summary>Says which object and field could not be read.</summary>
/// <param name="Object">The object; null when not even its name can be read.</param>
/// <param name="Message">The object, the field, what was expected and what was found; one line.</param>
internal readonly record struct ObjectFault(ObjectKey? Object, string Message)
{
    /// <summary>Describes why decoding an object ended.</summary>
    /// <param name="fault">The reason.</param>
    /// <param name="kind">The object's kind.</param>
    /// <param name="item">Its text.</param>
    /// <param name="texts">Where texts are kept.</param>
    public static ObjectFault Of(DecodeException fault, ObjectKind kind, ReadOnlySpan<byte> item, TextPool texts)
    {
        var path = JsonText.PathAt(item, fault.Offset);
        path = fault.MissingField is not { } missing ? path : path.Length == 0 ? missing : $"{path}.{missing}";
        var known = ObjectDecoder.NameOf(kind, item, texts);
        var key = new ObjectKey(kind, known ?? new ObjectName("", "(no name)"));
        return new ObjectFault(known is null ? null : key, $"{key}: {path}: {fault.Message}");
    }
}
