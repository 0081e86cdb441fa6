using System.Diagnostics.CodeAnalysis;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Sluice.Kubernetes.Yaml;

/// <summary>Keeps the nodes of a YAML document that have anchors, for their aliases.</summary>
internal sealed class AnchorStore
{
    /// <summary>How many values anchors may hold and aliases stand for, all together: a few lines of YAML can stand for billions.</summary>
    public const int MaxEvents = 100_000;

    private readonly Dictionary<AnchorName, List<ParsingEvent>> _known = [];
    private readonly List<(AnchorName Name, List<ParsingEvent> Events, int Depth)> _open = [];
    private int _depth;
    private int _count;

    /// <summary>What an alias stands for; false for an anchor that is not known or not yet closed.</summary>
    public bool TryFind(AnchorName name, [NotNullWhen(true)] out List<ParsingEvent>? events) => _known.TryGetValue(name, out events);

    /// <summary>Takes note of the next event of the document, aliases replaced. False when these are too many.</summary>
    public bool TryRecord(ParsingEvent item)
    {
        if (item is NodeEvent { Anchor.IsEmpty: false } node)
        {
            _open.Add((node.Anchor, [], _depth));
        }

        _depth += item.NestingIncrease;
        if (_open.Count == 0)
        {
            return true;
        }

        foreach (var open in _open)
        {
            open.Events.Add(item);
        }

        while (_open is [.., var last] && last.Depth == _depth)
        {
            _known[last.Name] = last.Events;
            _open.RemoveAt(_open.Count - 1);
        }

        return (_count += _open.Count + 1) <= MaxEvents;
    }
}
