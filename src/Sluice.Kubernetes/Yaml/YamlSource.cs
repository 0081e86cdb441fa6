using System.Buffers;
using System.Text;
using Sluice.Kubernetes.Json;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Sluice.Kubernetes.Yaml;

/// <summary>YAML as JSON, so that both are read by the same code. Every value stands on the line it has in the YAML.</summary>
internal sealed class YamlSource : IJsonSource
{
    private readonly ArrayBufferWriter<byte> _output = new();
    private readonly YamlDocuments _documents;
    private JsonEmitter _emitter;
    private AnchorStore _anchors = new();
    private IParser? _parser;
    private int _handedOut;
    private SyntaxException? _failure;
    private bool _isOver;

    public YamlSource(Stream stream)
    {
        _documents = new YamlDocuments(new StreamReader(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true), detectEncodingFromByteOrderMarks: false));
        _emitter = new JsonEmitter(_output);
    }

    public int Read(Span<byte> target)
    {
        while (_output.WrittenCount - _handedOut < target.Length && _failure is null && TryStep())
        {
        }

        var ready = _output.WrittenSpan[_handedOut..];
        if (ready.IsEmpty && _failure is { } failure)
        {
            _failure = null;
            throw failure;
        }

        var count = Math.Min(ready.Length, target.Length);
        ready[..count].CopyTo(target);
        _handedOut += count;
        if (_handedOut == _output.WrittenCount)
        {
            _output.ResetWrittenCount();
            _handedOut = 0;
        }

        return count;
    }

    public bool TrySkipDocument()
    {
        Leave();
        return !_isOver;
    }

    private bool TryStep()
    {
        try
        {
            if (_parser is null)
            {
                if (!_documents.TryNext())
                {
                    return false;
                }

                _parser = new Parser(_documents);
            }

            if (_parser.MoveNext())
            {
                Take(_parser.Current!);
            }
            else
            {
                Leave();
            }
        }
        catch (YamlException e)
        {
            Fail(LineOf(e.End), $"no YAML: {Shown.Complaint(e.Message)}");
        }
        catch (DecoderFallbackException)
        {
            // The stream's reader would fail at the same place for ever.
            _isOver = true;
            Fail(_emitter.Line, "no UTF-8: expected YAML or JSON in UTF-8");
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or FormatException or OverflowException or IndexOutOfRangeException or NullReferenceException)
        {
            // The parser trips over some broken texts instead of refusing them.
            Fail(_emitter.Line, "no YAML: the text makes no sense after this line");
        }

        return true;
    }

    private void Take(ParsingEvent item)
    {
        switch (item)
        {
            case AnchorAlias alias when !_anchors.TryFind(alias.Value, out var events):
                Fail(LineOf(alias.Start), $"no YAML: expected an anchor before, found only its alias {Shown.Quoted(alias.Value.Value)}");
                break;
            case AnchorAlias alias when _anchors.TryFind(alias.Value, out var events):
                _emitter.GoTo(LineOf(alias.Start));
                foreach (var known in events)
                {
                    Emit(known);
                }

                break;
            case NodeEvent or MappingEnd or SequenceEnd:
                _emitter.GoTo(LineOf(item.Start));
                Emit(item);
                break;
        }
    }

    private void Emit(ParsingEvent item)
    {
        if (_failure is not null)
        {
            return;
        }

        if (!_anchors.TryRecord(item))
        {
            Fail(_emitter.Line, $"anchors and aliases unfold to more than {AnchorStore.MaxEvents} values");
        }
        else if (_emitter.Emit(item) is { } complaint)
        {
            Fail(_emitter.Line, complaint);
        }
    }

    private void Fail(int line, string message) => _failure ??= new SyntaxException(line, message);

    private void Leave()
    {
        _parser = null;
        _anchors = new AnchorStore();
        _emitter = _emitter.Renewed();
    }

    private int LineOf(Mark mark) => _documents.LinesBefore + (int)mark.Line;
}
