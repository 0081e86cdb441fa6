using System.Buffers;
using Sluice.Kubernetes.Json;
using YamlDotNet.Core.Events;

namespace Sluice.Kubernetes.Yaml;

/// <summary>Writes the nodes of a YAML document as JSON.</summary>
internal sealed class JsonEmitter(IBufferWriter<byte> output, int line = 1)
{
    // What comes next in each open mapping or sequence.
    private readonly Stack<Place> _frames = new();

    private enum Place
    {
        FirstKey,
        Key,
        Value,
        FirstItem,
        Item,
    }

    /// <summary>The line that is written to.</summary>
    public int Line { get; private set; } = line;

    /// <summary>An emitter for the next document of the same text.</summary>
    public JsonEmitter Renewed() => new(output, Line);

    /// <summary>Goes down to a line; never up.</summary>
    public void GoTo(int line)
    {
        for (; Line < line; Line++)
        {
            output.Write("\n"u8);
        }
    }

    /// <summary>Writes one event; answers what is wrong with it, or null.</summary>
    public string? Emit(ParsingEvent item)
    {
        if (item is MappingEnd or SequenceEnd)
        {
            _frames.Pop();
            output.Write(item is MappingEnd ? "}"u8 : "]"u8);
            return null;
        }

        if (_frames.Count == 0)
        {
            switch (item)
            {
                case Scalar { Value.Length: 0 }:
                    return null;
                case not MappingStart:
                    return "expected fields (name: value), found " + (item is Scalar scalar ? Shown.Quoted(scalar.Value) : "a list");
            }
        }

        if (_frames.Count >= JsonText.MaxDepth)
        {
            return $"nested deeper than {JsonText.MaxDepth} levels";
        }

        var isKey = Separate();
        switch (item)
        {
            case Scalar scalar when isKey:
                JsonScalar.WriteString(output, scalar.Value);
                break;
            case Scalar scalar:
                JsonScalar.Write(output, scalar);
                break;
            case not null when isKey:
                return "expected a plain key, found a list or mapping";
            case MappingStart:
                output.Write("{"u8);
                _frames.Push(Place.FirstKey);
                break;
            case SequenceStart:
                output.Write("["u8);
                _frames.Push(Place.FirstItem);
                break;
        }

        return null;
    }

    // Writes what stands before the next node; whether that is a key.
    private bool Separate()
    {
        if (!_frames.TryPop(out var place))
        {
            return false;
        }

        var isKey = place is Place.FirstKey or Place.Key;
        output.Write(place switch
        {
            Place.Value => ":"u8,
            Place.Key or Place.Item => ","u8,
            _ => ""u8,
        });
        _frames.Push(isKey ? Place.Value : place == Place.Value ? Place.Key : Place.Item);
        return isKey;
    }
}
