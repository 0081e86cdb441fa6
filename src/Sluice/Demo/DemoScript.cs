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
        Say("Sluice reads a node's iptables rules and says where a packet goes. Two examples are built in: demo:node, a node of a current cluster, and demo:testsvc, " +
            "a listing that somebody pasted. All below is computed now, from the rules alone; every line after $ is a command you can run (it prints more than is shown here).");

        Title("A pod calls a Service: every way, its exact share, rule by rule");
        Trace(node, "demo:node", "pod", "shop/web", Show.Outcomes | Show.Path);

        Title("The same Service from outside: only endpoints on this node, source kept");
        Trace(node, "demo:node", "external", "198.51.100.10:80", Show.Outcomes);

        Title("From the node itself: masqueraded, and why");
        Trace(node, "demo:node", "host", "shop/api", Show.Outcomes);

        Title("What does not arrive, and why not");
        Trace(node, "demo:node", "pod", "shop/db", Show.Headline);
        Trace(node, "demo:node", "external", "198.51.100.11:9090", Show.Headline);
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

        page.Line("  sudo sluice services          (this node; or -f with the output of iptables-save)");
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
            view.WritePath(trace);
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
            foreach (var line in MermaidWriter.Write(GraphBuilder.OfService(node.Snapshot, service)).TrimEnd().Split('\n'))
            {
                page.Line(TextLayout.Fit("  " + line, page.Width));
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
