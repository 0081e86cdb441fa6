namespace Sluice.Kubernetes.Json;

/// <summary>A window over JSON text that holds one object of a list at a time.</summary>
internal sealed class JsonFeed(IJsonSource source, int firstLine = 1) : JsonWindow(firstLine)
{
    /// <summary>Reads more into the window; false at the end of the text.</summary>
    /// <exception cref="SyntaxException">The text breaks, or one object is too large.</exception>
    public bool TryFill()
    {
        var count = source.Read(Room().Span);
        Extend(count);
        return count > 0;
    }

    /// <summary>Reads more into the window, which ends within an object.</summary>
    /// <exception cref="SyntaxException">There is no more.</exception>
    public void Fill()
    {
        if (!TryFill())
        {
            throw new SyntaxException(
                Line + Window.Count((byte)'\n'), "the text ends within an object: it was cut, or is still being written");
        }
    }

    /// <summary>After a failure: leaves what there is of the document, and goes to the next one if that can be found.</summary>
    public bool TrySkipDocument()
    {
        Advance(Window.Length);
        return source.TrySkipDocument();
    }
}
