using System.Text.Json;
using Sluice.Kubernetes.Decoding;
using Sluice.Kubernetes.Json;
using Sluice.Kubernetes.Objects;

namespace Sluice.Kubernetes.Api.Reading;

/// <summary>Reads objects of one kind as an API server sends them.</summary>
internal sealed class ObjectReader(ObjectKind kind)
{
    private static readonly FieldNames s_object = new("metadata");
    private static readonly FieldNames s_metadata = new("resourceVersion");

    private readonly TextPool _texts = new();

    /// <summary>The kind.</summary>
    public ObjectKind Kind => kind;

    /// <summary>Reads one object, known to be well-formed JSON.</summary>
    public ListedObject Read(ReadOnlySpan<byte> item)
    {
        var version = default(ResourceVersion);
        try
        {
            version = VersionOf(item);
            var read = ObjectDecoder.Decode(kind, item, _texts);
            return new ListedObject(read.Name, version, read, null);
        }
        catch (DecodeException e)
        {
            var (key, message) = ObjectFault.Of(e, kind, item, _texts);
            return new ListedObject(key?.Name, version, null, message);
        }
    }

    /// <summary>Reads the name and version of an object alone.</summary>
    public ListedObject ReadName(ReadOnlySpan<byte> item) =>
        new(ObjectDecoder.NameOf(kind, item, _texts), VersionOf(item), null, null);

    /// <summary>The version of an object; none when it does not say.</summary>
    /// <exception cref="DecodeException">The object or its metadata are none.</exception>
    public static ResourceVersion VersionOf(ReadOnlySpan<byte> item)
    {
        var json = new Utf8JsonReader(item, JsonText.Options);
        json.Read();
        for (var fields = s_object.Open(ref json); fields.Next(ref json) is not null;)
        {
            for (var metadata = s_metadata.Open(ref json); metadata.Next(ref json) is not null;)
            {
                return json.TokenType == JsonTokenType.String ? ResourceVersion.Parse(json.ValueSpan) : throw json.Unexpected("a text");
            }

            break;
        }

        return default;
    }
}
