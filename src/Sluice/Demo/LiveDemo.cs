using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Sluice.Daemon;
using Sluice.Input;
using Sluice.Kubernetes.Intent;
using Sluice.Linux.Lab;
using Sluice.Net;
using Sluice.Netfilter.Tracing;
using Sluice.Output;
using Sluice.Views;

namespace Sluice.Demo;

/// <summary>The main job with real connections: a cluster out of network namespaces, the proxy, what was predicted and what happened.</summary>
internal sealed class LiveDemo(Page page, Action flush, ProxyMode mode) : IDisposable
{
    private const int Connections = 60;
    private const int BarWidth = 20;
    private const int CommandWidth = 72;
    private const string Shell = "shell";

    private static readonly NetAddress s_web = NetAddress.Parse("10.96.0.10");
    private static readonly LabFlow s_toWeb = new(L4Protocol.Tcp, s_web, 80);

    private readonly DemoCluster _cluster = new(mode);
    private readonly LabCluster _lab = BuildLab();
    private DemoProxy? _proxy;
    private int _isDisposed;
    private bool _isRight = true;

    private LabMachine Pod => _lab.Pod(Shell);

    /// <summary>Plays it. Whether everything came as predicted.</summary>
    /// <exception cref="LabException">Something of the lab did not work.</exception>
    public async Task<bool> PlayAsync()
    {
        // Ended from outside, the namespaces go with this process; the manifests and the proxy have to be told.
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, _ => Dispose());
        using var termination = PosixSignalRegistration.Create(PosixSignal.SIGTERM, _ => Dispose());

        Introduce();
        await StartProxyAsync();
        await CountAsync();
        await ChangeAsync();
        await CompareAsync();
        Trace();
        page.Line();
        page.Line(page.Ink.Bold("Try next"));
        page.Line("  sluice demo --offline               more of the tracer, on example dumps");
        page.Line("  sudo sluice services                what this machine's rules serve");
        page.Line("  sudo sluice proxy --cluster FOLDER  route for manifests of your own");
        page.Line("  sluice trace --help                 any packet, any node's dump");
        return _isRight;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // A signal may come while the demo ends by itself.
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
        {
            return;
        }

        _proxy?.Dispose();
        _lab.Dispose();
        _cluster.Dispose();
    }

    private static LabCluster BuildLab()
    {
        var lab = LabCluster.Build(DemoCluster.Pods);
        foreach (var pod in lab.Node.Pods.Where(p => p.Name != Shell))
        {
            pod.Serve(L4Protocol.Tcp, 8080);
            pod.Serve(L4Protocol.Udp, 8053);
        }

        return lab;
    }

    private void Introduce()
    {
        Say("Sluice routes Kubernetes Service traffic on a node, and explains it. Here it does both on a small cluster that has just been " +
            "built on this machine out of network namespaces: real rules, real connections. Your own network is not touched, and nothing is left behind.");
        page.Line();
        page.Line("  client (outside) ---- node-1 ----+-- web-1, web-2, web-3  10.244.1.11 to .13");
        page.Line("    192.0.2.100        192.0.2.1   +-- upload-1, dns-1      10.244.1.14, .15");
        page.Line("                                   +-- shell (only asks)    10.244.1.20");
    }

    private async Task StartProxyAsync()
    {
        Title("The proxy turns manifests into rules");
        ShowCommand(DemoProxy.Arguments(_cluster, _lab.Node));
        var started = Stopwatch.GetTimestamp();
        _proxy = await DemoProxy.StartAsync(_cluster, _lab.Node);
        var took = Stopwatch.GetElapsedTime(started);
        var services = _cluster.Read(_lab.Node).ServiceCount;
        var tables = ReadNode().Snapshot.Ruleset.Of(IPFamily.IPv4).ToList();
        var rules = tables.Sum(t => t.Chains.Sum(c => c.Rules.Count));
        var what = mode switch
        {
            ProxyMode.Nftables => Text($"{rules} IPv4 rules of nftables and {tables.Sum(t => t.Sets.Sum(s => s.Elements.Count))} elements"),
            ProxyMode.Ipvs => Text($"virtual servers and sets, with {rules} IPv4 rules of iptables beside them,"),
            _ => Text($"{rules} IPv4 rules of iptables"),
        };
        Say(Text($"{services} Services are {what} in the node's kernel, {took.TotalSeconds:0.0} s after the start."));
    }

    private async Task CountAsync()
    {
        Title(Text($"{Connections} connections from a pod to shop/web, beside the prediction"));
        WriteShares(await Pod.ConnectAsync(s_toWeb, Connections));
    }

    private async Task ChangeAsync()
    {
        Title("An endpoint goes away while connections go on");
        var leaving = _lab.Pod("web-3");
        using var stop = new CancellationTokenSource();
        var load = Task.Run(() => LoadAsync(stop.Token));
        await Task.Delay(TimeSpan.FromMilliseconds(500));
        var changed = Stopwatch.GetTimestamp();
        var file = _cluster.RemoveEndpoint("web.yaml", leaving.Address(IPFamily.IPv4));
        page.Line(page.Ink.Dim($"# web-3 is taken out of {file}"));
        flush();
        await Task.Delay(TimeSpan.FromSeconds(1.5));
        await stop.CancelAsync();
        var results = await load;

        var failed = results.Count(r => r.Result is not ConnectionResult.Delivered);
        _isRight &= failed == 0;
        var last = results.Where(r => r.Result is ConnectionResult.Delivered seen && seen.Server == leaving.Name).Select(r => r.Started).DefaultIfEmpty(changed).Max();
        var delay = Stopwatch.GetElapsedTime(changed, Math.Max(last, changed));
        Say(Text($"{results.Count} connections meanwhile, {failed} failed. The last one to web-3 began {delay.TotalMilliseconds:0} ms after the change."));
        page.Line();
        WriteShares(await Pod.ConnectAsync(s_toWeb, Connections));
    }

    private async Task<List<(long Started, ConnectionResult Result)>> LoadAsync(CancellationToken stop)
    {
        var results = new List<(long, ConnectionResult)>();
        while (!stop.IsCancellationRequested)
        {
            var started = Stopwatch.GetTimestamp();
            results.Add((started, await Pod.ConnectAsync(s_toWeb)));
        }

        return results;
    }

    private async Task CompareAsync()
    {
        Title("Other ways in: what the specification predicts, and what the server saw");
        var intent = _cluster.Read(_lab.Node);
        page.Line(page.Ink.Bold($"{"FROM",-11} {"TO",-21} {"PREDICTED",-21} HAPPENED"));
        var agreed = 0;
        var flows = DemoFlows.Of(_lab, mode);
        foreach (var flow in flows)
        {
            var answer = flow.Predict(_lab, intent);
            var result = await flow.Client.ConnectAsync(flow.Flow with { Patience = TimeSpan.FromSeconds(answer is RouteAnswer.Dropped ? 0.3 : 3) });
            var agrees = flow.Agrees(_lab, answer, result);
            agreed += agrees ? 1 : 0;
            var happened = DemoFlow.Words(result);
            page.Line($"{flow.From,-11} {flow.To,-21} {DemoFlow.Words(answer),-21} {(agrees ? happened : page.Ink.Bad(happened + " (!)"))}");
        }

        _isRight &= agreed == flows.Count;
        page.Line();
        Say(Text($"{agreed} of {flows.Count} as predicted. (Port 30080 is the node port of web. Masqueraded: the server sees an address of the node, so that answers come back through it.)"));
    }

    private void Trace()
    {
        Title("One packet, traced through the rules that are in the node's kernel now");
        Command($"sluice trace --from {Pod.Address(IPFamily.IPv4)} --to shop/web     (on the node)");
        var node = ReadNode();
        var question = new PacketQuestion { From = Pod.Address(IPFamily.IPv4).ToString(), To = "shop/web" };
        var trace = new Tracer(node.Snapshot).Trace(PacketMaker.Make(question, node));
        var view = new TraceView(page);
        view.WriteHeadline(trace, isReply: false);
        new OutcomeTable(page).Write(trace);
        view.WritePathBegin(trace);
    }

    private NodeInput ReadNode() => _lab.Node.Machine.Namespace.Run(() => NodeInput.Of(LiveSources.Read(), table: null, "the node"));

    private void WriteShares(IReadOnlyList<ConnectionResult> results)
    {
        var intent = _cluster.Read(_lab.Node);
        var answer = (RouteAnswer.Forwarded)intent.Route(new Packet(L4Protocol.Tcp, Pod.Address(IPFamily.IPv4), s_web) { DestinationPort = s_toWeb.Port });
        page.Line(page.Ink.Bold($"{"ENDPOINT",-26} PREDICTED  CONNECTIONS"));
        foreach (var pod in _lab.Node.Pods.Where(p => p.Name.StartsWith("web-", StringComparison.Ordinal)))
        {
            var address = pod.Address(IPFamily.IPv4);
            var share = answer.Choices.Any(c => c.Endpoint.Address == address) ? 1.0 / answer.Choices.Count : 0;
            var count = results.Count(r => r is ConnectionResult.Delivered seen && seen.Server == pod.Name);
            var bar = TextLayout.Bar((double)count / results.Count, BarWidth);
            page.Line($"{pod.Name} {address.WithPort(8080),-20} {TextLayout.Percent(share),-9}  {count,3}  {page.Ink.Cyan(bar)}");
        }

        var failed = results.Count(r => r is not ConnectionResult.Delivered);
        _isRight &= failed == 0;
        page.Line(failed == 0 ? Text($"all {results.Count} answered") : page.Ink.Bad(Text($"{failed} of {results.Count} failed")));
        flush();
    }

    private void Title(string text)
    {
        page.Line();
        page.Line(page.Ink.Bold("== " + text));
        flush();
    }

    // On as many lines as it takes, a flag and its value on one.
    private void ShowCommand(string[] arguments)
    {
        var text = "sluice " + string.Join(' ', arguments);
        foreach (var value in arguments.Where((a, i) => i > 0 && !a.StartsWith('-') && arguments[i - 1].StartsWith('-')))
        {
            text = text.Replace(" " + value, "\u00a0" + value, StringComparison.Ordinal);
        }

        var lines = TextLayout.Wrap(text, CommandWidth).Select(l => l.Replace('\u00a0', ' ')).ToList();
        for (var i = 0; i < lines.Count; i++)
        {
            var line = i == lines.Count - 1 ? lines[i] : lines[i] + " \\";
            page.Line((i == 0 ? page.Ink.Dim("$ ") : "    ") + page.Ink.Cyan(line));
        }

        flush();
    }

    private void Command(string text)
    {
        page.Line(page.Ink.Dim("$ ") + page.Ink.Cyan(text));
        flush();
    }

    private void Say(string text)
    {
        foreach (var line in TextLayout.Wrap(text, page.TextWidth))
        {
            page.Line(line);
        }

        flush();
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
