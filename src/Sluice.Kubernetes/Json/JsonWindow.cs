using System.Buffers;

namespace Sluice.Kubernetes.Json;

/// <summary>JSON text that was read and not yet consumed. It grows as far as the largest object needs, and knows the line it begins at.</summary>
internal abstract class JsonWindow(int firstLine) : IDisposable
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

    /// <summary>How much memory it takes, in bytes.</summary>
    public int Capacity => _buffer.Length;

    /// <summary>Consumes bytes of the window.</summary>
    public void Advance(long count)
    {
        Line += Window[..(int)count].Count((byte)'\n');
        _start += (int)count;
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
        (_start, _end) = (0, 0);
    }

    /// <summary>Where to read more to, behind the window; at least one byte.</summary>
    /// <exception cref="SyntaxException">One object is too large.</exception>
    protected Memory<byte> Room()
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

        return _buffer.AsMemory(_end);
    }

    /// <summary>Takes what was read into <see cref="Room"/> to the window.</summary>
    protected void Extend(int count) => _end += count;

    private void Grow()
    {
        if (_buffer.Length >= MaxWindow)
        {
            throw new SyntaxException(Line, $"an object is larger than {MaxWindow >> 20} MB");
        }

        var larger = ArrayPool<byte>.Shared.Rent(2 * _buffer.Length);
        Window.CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }
}
