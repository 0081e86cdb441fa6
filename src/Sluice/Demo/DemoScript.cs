using Sluice.Commands;
using Sluice.Dataplane.Cost;
using Sluice.Dataplane.Graph;
using Sluice.Input;
using Sluice.Netfilter.Tracing;
using Sluice.Output;
using Sluice.Views;

namespace Sluice.Demo;

/// <summary>The main job on the built-in examples, in a few screens.</summary>
internal sealed class DemoScript(Page page)
{
    /// <summary>Commands worth trying after the demo; each of them works as it stands.</summary>
    public static readonly string[] TryNext =
    [
        "sluice trace -f demo:node --from pod --to shop/cart -o wide",
        "sluice trace -f demo:node --from external --to 192.168.50.11:31111 -o json",
        "sluice services -f demo:node shop/web",
        "sluice graph -f demo:node shop/web -o mermaid",
        "sluice cost -f demo:node",
    ];

    [Flags]
    private enum Show
    {
        Headline = 0,
        Outcomes = 1,
        Path = 2,
        Notes = 4,
    }

    /// <summary>Plays it.</summary>
    public void Play()
    {
        var node = Load("demo:node");
        var pasted = Load("demo:testsvc");
        Say("Sluice says where a packet goes, from a node's rules alone. Two examples are built in: demo:node, a node of a current cluster, and demo:testsvc, " +
            "a listing that somebody pasted. Lines after $ are commands you can run; they print more than is shown here.");

        Title("A pod calls a Service: every way, its exact share, rule by rule");
        Trace(node, "demo:node", "pod", "shop/web", Show.Outcomes | Show.Path);

        Title("The same Service from outside: only endpoints on this node, source kept");
        Trace(node, "demo:node", "external", "198.51.100.10:80", Show.Outcomes);

        Title("From the node itself: masqueraded, and why");
        Trace(node, "demo:node", "host", "default/kubernetes", Show.Outcomes);

        Title("What does not arrive, and why not");
        Trace(node, "demo:node", "pod", "shop/db", Show.Headline);
        Trace(pasted, "demo:testsvc", "203.0.113.7", "172.6.6.6:443", Show.Headline);

        Title("A pasted listing, cut short: what is missing is named, not guessed");
        Trace(pasted, "demo:testsvc", "172.31.3.9", "172.30.5.207:443", Show.Outcomes | Show.Notes);

        Title("The Services of a node");
        Command("sluice services -f demo:node shop/");
        new ServiceTable(page).Write(ServiceFilter.Select(node, ["shop/"]));

        Title("What matching costs");
        Command("sluice cost -f demo:node");
        new CostView(page).WriteBrief(CostMeter.Measure(new Tracer(node.Snapshot), node.Services));

        Title("The same as a drawing (Mermaid; also dot and svg)");
        Command("sluice graph -f demo:node default/kubernetes");
        Draw(node);

        page.Line();
        page.Line(page.Ink.Bold("Try next"));
        foreach (var command in TryNext)
        {
            page.Line("  " + command);
        }

        page.Line("  sudo sluice services    (this node, or: iptables-save | sluice services -f -)");
    }

    private static NodeInput Load(string path)
    {
        var sources = new Sources();
        Examples.Read(path, sources);
        return NodeInput.Of(sources, table: null, path);
    }

    private void Trace(NodeInput node, string path, string from, string to, Show show)
    {
        Command($"sluice trace -f {path} --from {from} --to {to}");
        var trace = new Tracer(node.Snapshot).Trace(PacketMaker.Make(new PacketQuestion { From = from, To = to }, node));
        var view = new TraceView(page);
        view.WriteHeadline(trace, isReply: false);
        if (show.HasFlag(Show.Outcomes))
        {
            new OutcomeTable(page).Write(trace);
        }

        if (show.HasFlag(Show.Path))
        {
            view.WritePathBegin(trace);
        }

        if (show.HasFlag(Show.Notes))
        {
            view.WriteShares(trace);
        }
    }

    private void Draw(NodeInput node)
    {
        if (node.Services.FirstOrDefault(s => s.Name == "default/kubernetes") is { } service)
        {
            // The arrows say what the drawing is about; names and colours of its nodes stand in the other lines.
            foreach (var line in MermaidWriter.Write(GraphBuilder.OfService(node.Snapshot, service)).Split('\n').Where(l => l.Contains("-->", StringComparison.Ordinal)))
            {
                page.Line(TextLayout.Fit(line, page.Width));
            }
        }
    }

    private void Title(string text)
    {
        page.Line();
        page.Line(page.Ink.Bold("== " + text));
    }

    private void Command(string text) => page.Line(page.Ink.Dim("$ ") + page.Ink.Cyan(text));

    private void Say(string text)
    {
        foreach (var line in TextLayout.Wrap(text, page.TextWidth))
        {
            page.Line(line);
        }
    }
}
