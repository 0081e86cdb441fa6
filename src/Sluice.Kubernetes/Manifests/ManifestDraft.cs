using System.Text.Json;
using Sluice.Kubernetes.Manifests.Decoding;
using Sluice.Kubernetes.Manifests.Json;
using Sluice.Kubernetes.Objects;

namespace Sluice.Kubernetes.Manifests;

/// <summary>Collects what is read of one manifest.</summary>
internal sealed class ManifestDraft(string source, TextPool texts) : DocumentReader.IVisitor
{
    private static readonly FieldNames s_object = new("metadata");

    private readonly List<ClusterObject> _objects = [];
    private readonly List<ManifestProblem> _problems = [];
    private bool _isBroken;

    public void Visit(ObjectHeader header, ReadOnlySpan<byte> item, int line)
    {
        if (header.Kind is not { } name)
        {
            Refuse(line, "kind: expected the kind of the object, found nothing: the text was cut, or is no manifest");
        }
        else if (header.ApiVersion is not { } version)
        {
            Refuse(line, $"{Shown.Line(name)}: apiVersion: expected the version of the API, found nothing");
        }
        else if (ObjectDecoder.KindOf(name, version) is { } kind)
        {
            try
            {
                _objects.Add(ObjectDecoder.Decode(kind, item, texts));
            }
            catch (DecodeException e)
            {
                _problems.Add(Describe(e, kind, item, line));
            }
        }
    }

    public void Refuse(int line, string message) => Break(line, message);

    /// <summary>Notes that the text makes no sense at a line, so that there may be more in it than was read.</summary>
    public void Break(int line, string message)
    {
        _problems.Add(new ManifestProblem(source, line, message));
        _isBroken = true;
    }

    /// <summary>All that was read.</summary>
    public ManifestContent Finish() => new(_objects, _problems, !_isBroken);

    private ManifestProblem Describe(DecodeException fault, ObjectKind kind, ReadOnlySpan<byte> item, int line)
    {
        var path = JsonText.PathAt(item, fault.Offset);
        path = fault.MissingField is not { } missing ? path : path.Length == 0 ? missing : $"{path}.{missing}";
        var known = NameOf(kind, item);
        var key = new ObjectKey(kind, known ?? new ObjectName("", "(no name)"));
        return new ManifestProblem(
            source, line + item[..(int)fault.Offset].Count((byte)'\n'), $"{key}: {path}: {fault.Message}", known is null ? null : key);
    }

    // A second look at the metadata alone, which may themselves be at fault.
    private ObjectName? NameOf(ObjectKind kind, ReadOnlySpan<byte> item)
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
