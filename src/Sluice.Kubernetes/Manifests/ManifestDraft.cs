using Sluice.Kubernetes.Decoding;
using Sluice.Kubernetes.Json;
using Sluice.Kubernetes.Objects;

namespace Sluice.Kubernetes.Manifests;

/// <summary>Collects what is read of one manifest.</summary>
internal sealed class ManifestDraft(string source, TextPool texts) : DocumentReader.IVisitor
{
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
        var (key, message) = ObjectFault.Of(fault, kind, item, texts);
        return new ManifestProblem(source, line + item[..(int)fault.Offset].Count((byte)'\n'), message, key);
    }
}
