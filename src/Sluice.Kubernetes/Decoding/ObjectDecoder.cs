using System.Diagnostics;
using System.Text.Json;
using Sluice.Kubernetes.Json;
using Sluice.Kubernetes.Objects;

namespace Sluice.Kubernetes.Decoding;

/// <summary>Makes the objects of this program from the API's, given as JSON.</summary>
internal static class ObjectDecoder
{
    private static readonly FieldNames s_object = new("metadata");

    // An object's kind is its name and its group: others have Services too.
    private static readonly (string Kind, string Group, ObjectKind Result)[] s_kinds =
    [
        ("Service", "", ObjectKind.Service),
        ("EndpointSlice", "discovery.k8s.io", ObjectKind.EndpointSlice),
        ("Pod", "", ObjectKind.Pod),
        ("Node", "", ObjectKind.Node),
        ("ServiceCIDR", "networking.k8s.io", ObjectKind.ServiceCidr),
    ];

    /// <summary>The kind of an object by its <c>kind</c> and <c>apiVersion</c>, of whatever version; null for one that nothing here reads.</summary>
    public static ObjectKind? KindOf(string kind, string apiVersion)
    {
        foreach (var (name, group, result) in s_kinds)
        {
            if (name == kind && (group.Length == 0
                ? !apiVersion.Contains('/')
                : apiVersion.StartsWith(group, StringComparison.Ordinal) && apiVersion.AsSpan(group.Length) is ['/', ..]))
            {
                return result;
            }
        }

        return null;
    }

    /// <summary>Reads one object, known to be well-formed JSON.</summary>
    /// <exception cref="DecodeException">It is not as the API has it.</exception>
    public static ClusterObject Decode(ObjectKind kind, ReadOnlySpan<byte> item, TextPool texts)
    {
        var json = new Utf8JsonReader(item, JsonText.Options);
        try
        {
            json.Read();
            return kind switch
            {
                ObjectKind.Service => ServiceDecoder.Read(ref json, texts),
                ObjectKind.EndpointSlice => SliceDecoder.Read(ref json, item, texts),
                ObjectKind.Node => NodeDecoder.Read(ref json, texts),
                ObjectKind.ServiceCidr => ServiceCidrDecoder.Read(ref json, texts),
                ObjectKind.Pod => PodDecoder.Read(ref json, texts),
                _ => throw new UnreachableException(),
            };
        }
        catch (InvalidOperationException)
        {
            // The framework's way to refuse a string that is no UTF-8, or has half of a surrogate pair.
            throw new DecodeException(json.TokenStartIndex, "expected UTF-8, found bytes that are none");
        }
    }

    /// <summary>The name of an object, whatever else is wrong with it; null when its metadata are at fault themselves.</summary>
    public static ObjectName? NameOf(ObjectKind kind, ReadOnlySpan<byte> item, TextPool texts)
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
