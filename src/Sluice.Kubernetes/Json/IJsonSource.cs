namespace Sluice.Kubernetes.Json;

/// <summary>Where JSON text comes from: documents one after another, each an object.</summary>
internal interface IJsonSource
{
    /// <summary>Copies the next bytes; 0 at the end.</summary>
    /// <exception cref="SyntaxException">What comes next is not in order; all before it was handed out.</exception>
    public int Read(Span<byte> target);

    /// <summary>After a failure: goes to the next document, so that <see cref="Read"/> begins with it. False where none can be found.</summary>
    public bool TrySkipDocument();
}
