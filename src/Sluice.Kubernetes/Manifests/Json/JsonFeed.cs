using System.Buffers;

namespace Sluice.Kubernetes.Manifests.Json;

/// <summary>A window over JSON text that holds one object of a list at a time, and knows the line it begins at.</summary>
internal sealed class JsonFeed(IJsonSource source, int firstLine = 1) : IDisposable
{
    // Far above what the API takes for one object (etcd: 1.5 MB).
    private const int MaxWindow = 64 << 20;

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(64 << 10);
    private int _start;
    private int _end;

    /// <summary>The line of the window's first byte.</summary>
    public int Line { get; private set; } = firstLine;

    /// <summary>What was read and not yet consumed.</summary>
    public ReadOnlySpan<byte> Window => _buffer.AsSpan(_start, _end - _start);

    /// <summary>Consumes bytes of the window.</summary>
    public void Advance(long count)
    {
        Line += Window[..(int)count].Count((byte)'\n');
        _start += (int)count;
    }

    /// <summary>Reads more into the window; false at the end of the text.</summary>
    /// <exception cref="ManifestSyntaxException">The text breaks, or one object is too large.</exception>
    public bool TryFill()
    {
        if (_start > 0)
        {
            Window.CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }
        else if (_end == _buffer.Length)
        {
            Grow();
        }

        var count = source.Read(_buffer.AsSpan(_end));
        _end += count;
        return count > 0;
    }

    /// <summary>Reads more into the window, which ends within an object.</summary>
    /// <exception cref="ManifestSyntaxException">There is no more.</exception>
    public void Fill()
    {
        if (!TryFill())
        {
            throw new ManifestSyntaxException(
                Line + Window.Count((byte)'\n'), "the text ends within an object: it was cut, or is still being written");
        }
    }

    /// <summary>After a failure: leaves what there is of the document, and goes to the next one if that can be found.</summary>
    public bool TrySkipDocument()
    {
        Advance(_end - _start);
        return source.TrySkipDocument();
    }

    public void Dispose() => ArrayPool<byte>.Shared.Return(_buffer);

    private void Grow()
    {
        if (_buffer.Length >= MaxWindow)
        {
            throw new ManifestSyntaxException(Line, $"an object is larger than {MaxWindow >> 20} MB");
        }

        var larger = ArrayPool<byte>.Shared.Rent(2 * _buffer.Length);
        Window.CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }
}
