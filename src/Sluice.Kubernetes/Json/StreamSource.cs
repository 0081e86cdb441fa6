namespace Sluice.Kubernetes.Json;

/// <summary>JSON text as it stands in a stream.</summary>
internal sealed class StreamSource(Stream stream) : IJsonSource
{
    public int Read(Span<byte> target) => stream.Read(target);

    // Where a broken JSON document ends, nobody can say.
    public bool TrySkipDocument() => false;
}
