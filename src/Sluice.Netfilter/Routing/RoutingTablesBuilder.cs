using Sluice.Net;
using Sluice.Netfilter.Text;

namespace Sluice.Netfilter.Routing;

/// <summary>
/// Gathers a node's routes and routing rules from the lines of <c>ip route</c> and <c>ip rule</c>. Lines of other things may
/// stand between them; several outputs add up, as IPv4 and IPv6, or one table after the other.
/// </summary>
public sealed class RoutingTablesBuilder
{
    private readonly List<Route> _routes = [];
    private readonly HashSet<Route> _known = [];
    private readonly RuleBlocks _rules = new();
    private readonly List<ReaderNote> _notes = [];
    private (RouteDraft Draft, SourceSpan Span)? _pending;

    /// <summary>The family of what does not show one (<c>default dev tun0</c>); null when no command said: IPv4.</summary>
    public IPFamily? FamilyHint { get; set; }

    /// <summary>The table of routes that are printed without one; <c>main</c> unless a command named another.</summary>
    public string TableHint { get; set; } = "main";

    /// <summary>Whether nothing was read yet.</summary>
    public bool IsEmpty => _routes.Count == 0 && _rules.IsEmpty && _pending is null;

    /// <summary>What could not be read.</summary>
    public IReadOnlyList<ReaderNote> Notes => _notes;

    /// <summary>Whether a line is a route: <c>default via ...</c>, <c>10.0.0.0/8 dev ...</c>, <c>unreachable 10.0.0.0/8</c>.</summary>
    public static bool LooksLikeRouteLine(ReadOnlySpan<byte> line) => RouteLines.IsRoute(line);

    /// <summary>Whether a line is a routing rule: <c>0:	from all lookup local</c>.</summary>
    public static bool LooksLikeRuleLine(ReadOnlySpan<byte> line) => RuleLines.IsRule(line);

    /// <summary>
    /// Takes note of a prompt line with an <c>ip route</c> or <c>ip rule</c> command, as <c># ip -6 route show table 77</c>:
    /// it says the family and table of the lines after it. False when the line holds no such command.
    /// </summary>
    public bool TryAddCommand(ReadOnlySpan<byte> line)
    {
        if (RouteCommand.Read(line) is not { } command)
        {
            return false;
        }

        Flush();
        _rules.EndBlock();
        FamilyHint = command.Family;
        TableHint = command.Table;
        return true;
    }

    /// <summary>Takes a line when it belongs to a listing of routes.</summary>
    /// <param name="line">The line, UTF-8, without its line break.</param>
    /// <param name="span">Where it stands, for notes.</param>
    /// <returns>Whether the line was one of ours; what cannot be read of it becomes a note.</returns>
    public bool TryAddRouteLine(ReadOnlySpan<byte> line, SourceSpan span)
    {
        if (RouteLines.IsNextHop(line))
        {
            AddNextHops(line, span);
            return true;
        }

        if (_pending is not null && RouteLines.IsDetail(line))
        {
            return true;
        }

        Flush();
        if (!RouteLines.IsRoute(line))
        {
            return false;
        }

        if (RouteLines.IsAnswer(line))
        {
            _notes.Add(new ReaderNote(span, "the answer of 'ip route get' is no entry of a table"));
            return true;
        }

        AddRoute(line, span);
        return true;
    }

    /// <summary>Takes a line when it belongs to a listing of routing rules.</summary>
    /// <param name="line">The line, UTF-8, without its line break.</param>
    /// <param name="span">Where it stands, for notes.</param>
    /// <returns>Whether the line was one of ours; what cannot be read of it becomes a note.</returns>
    public bool TryAddRuleLine(ReadOnlySpan<byte> line, SourceSpan span)
    {
        if (!RuleLines.IsRule(line))
        {
            _rules.EndBlock();
            return false;
        }

        var words = new WordCursor(line);
        _rules.Add(RuleLines.Read(words), FamilyHint);
        Note(words, span);
        return true;
    }

    /// <summary>What was gathered so far.</summary>
    public RoutingTables Build()
    {
        Flush();
        return new RoutingTables(_routes.ToEquatableArray(), _rules.ToRules());
    }

    internal void AddRoute(RouteDraft draft)
    {
        var route = draft.ToRoute(FamilyHint ?? IPFamily.IPv4, TableHint);
        if (_known.Add(route))
        {
            _routes.Add(route);
        }
    }

    internal void AddRule(RoutingRule rule) => _rules.Add(rule, FamilyHint);

    internal void EndBlock() => _rules.EndBlock();

    internal void AddNote(SourceSpan span, string message) => _notes.Add(new ReaderNote(span, message));

    // "ip -o" joins the lines of a route with backslashes.
    private void AddRoute(ReadOnlySpan<byte> line, SourceSpan span)
    {
        var end = line.IndexOf((byte)'\\');
        var words = new WordCursor(end < 0 ? line : line[..end]);
        var draft = RouteLines.Read(words);
        while (!words.IsAtEnd)
        {
            RouteLines.ReadNextHop(words, draft);
        }

        if (words.Problem is { } problem)
        {
            AddNote(span, problem + "; the route is left out");
            return;
        }

        _pending = (draft, span);
        if (end >= 0)
        {
            foreach (var range in line[(end + 1)..].Split((byte)'\\'))
            {
                var part = line[(end + 1)..][range];
                if (RouteLines.IsNextHop(part))
                {
                    AddNextHops(part, span);
                }
            }
        }
    }

    private void AddNextHops(ReadOnlySpan<byte> line, SourceSpan span)
    {
        if (_pending is not { } pending)
        {
            AddNote(span, "a next hop without its route");
            return;
        }

        var words = new WordCursor(line);
        while (!words.IsAtEnd)
        {
            RouteLines.ReadNextHop(words, pending.Draft);
        }

        Note(words, span);
    }

    private void Note(WordCursor words, SourceSpan span)
    {
        if (words.Problem is { } problem)
        {
            AddNote(span, problem);
        }
    }

    private void Flush()
    {
        if (_pending is not { } pending)
        {
            return;
        }

        _pending = null;
        if (pending.Draft.NeedsNextHops)
        {
            AddNote(pending.Span, "a route without interface, router or next hops is left out");
            return;
        }

        AddRoute(pending.Draft);
    }
}
