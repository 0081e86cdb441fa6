using System.Runtime.InteropServices;
using Sluice.Kubernetes.Json;

namespace Sluice.Kubernetes.Manifests;

/// <summary>
/// Reads objects from manifests as kubectl writes and takes them: JSON or YAML, documents one after another, lists of any kind. Kinds
/// that nothing here reads are left out. Nothing throws on content.
/// </summary>
public sealed class ManifestReader
{
    private readonly TextPool _texts = new();

    /// <summary>Reads a text in memory.</summary>
    /// <param name="source">What to call it in problems.</param>
    /// <param name="text">The bytes.</param>
    public ManifestContent Read(string source, ReadOnlyMemory<byte> text) =>
        Read(source, MemoryMarshal.TryGetArray(text, out var array) ? new MemoryStream(array.Array!, array.Offset, array.Count) : new MemoryStream(text.ToArray()));

    /// <summary>Reads a stream to its end, holding one object's text at a time.</summary>
    /// <param name="source">What to call it in problems; a name that ends in <c>.json</c> is taken for JSON whatever it looks like.</param>
    /// <param name="stream">The bytes.</param>
    /// <exception cref="IOException">The stream cannot be read.</exception>
    public ManifestContent Read(string source, Stream stream)
    {
        var draft = new ManifestDraft(source, _texts);
        try
        {
            using var feed = new JsonFeed(JsonSources.Open(stream, source.EndsWith(".json", StringComparison.OrdinalIgnoreCase)));
            ReadAll(feed, draft);
        }
        catch (SyntaxException e)
        {
            draft.Break(e.Line, e.Message);
        }

        return draft.Finish();
    }

    private void ReadAll(JsonFeed feed, ManifestDraft draft)
    {
        var documents = new DocumentReader(feed, _texts, draft);
        bool goesOn, isEmpty = true;
        do
        {
            try
            {
                goesOn = documents.TryRead();
            }
            catch (SyntaxException e)
            {
                draft.Break(e.Line, e.Message);
                goesOn = feed.TrySkipDocument();
                isEmpty = false;
            }

            isEmpty &= !goesOn;
        }
        while (goesOn);

        // Saving a file empties it first: what is empty now had objects a moment ago.
        if (isEmpty)
        {
            draft.Break(0, "no manifest in it: expected YAML or JSON objects of the Kubernetes API");
        }
    }
}
