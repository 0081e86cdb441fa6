using Sluice.Netfilter.Routing;
using Sluice.Netfilter.Text;

namespace Sluice.Netfilter;

/// <summary>Hands the lines and documents of <c>ip address</c>, <c>ip route</c> and <c>ip rule</c> to their readers.</summary>
internal sealed class RoutingFeed
{
    private readonly InterfaceTableBuilder _interfaces = new();
    private readonly RoutingTablesBuilder _routing = new();
    private bool _isInside;

    public InterfaceTable? Interfaces => _interfaces.IsEmpty ? null : _interfaces.Build();

    public RoutingTables? Routing => _routing.IsEmpty ? null : _routing.Build();

    public IEnumerable<ReaderNote> Notes => _interfaces.Notes.Concat(_routing.Notes);

    /// <summary>Forgets where the last source stood.</summary>
    public void BeginSource()
    {
        End();
        (_routing.FamilyHint, _routing.TableHint) = (null, "main");
    }

    /// <summary>Reads a line; false when it is none of ip's.</summary>
    public bool TryLine(ReadOnlySpan<byte> line, SourceSpan span)
    {
        // Each builder must see the lines of the others: they end what it is in the middle of.
        var taken = _interfaces.TryAddLine(line, span);
        taken |= _routing.TryAddRouteLine(taken ? default : line, span);
        taken |= _routing.TryAddRuleLine(taken ? default : line, span);
        taken = taken || _routing.TryAddCommand(line);
        _isInside |= taken;
        return taken;
    }

    /// <summary>The length of the JSON array that a text begins with; 0 when it begins with something else.</summary>
    public static int ArrayLength(ReadOnlySpan<byte> text) => text[0] == '[' ? RoutingJsonReader.ArrayLength(text) : 0;

    /// <summary>Reads a JSON array of <c>ip -j</c>; false when it is of something else.</summary>
    public bool TryArray(SourceSpan span) => RoutingJsonReader.TryRead(span, _interfaces, _routing);

    /// <summary>Lines of something else have come: an interface or route that was being read ends.</summary>
    public void End()
    {
        if (_isInside)
        {
            TryLine(default, SourceSpan.None);
            _isInside = false;
        }
    }
}
