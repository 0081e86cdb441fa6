using Sluice.Dataplane.Planning;
using Sluice.Input;
using Sluice.Kubernetes.Manifests;
using Sluice.Linux.Iptables;
using Sluice.Net;

namespace Sluice.Daemon;

/// <summary>Puts the proxy of this machine together and runs it.</summary>
internal static class ProxyHost
{
    /// <summary>Runs until cancelled. The rules stay in place.</summary>
    /// <exception cref="CommandFailure">It cannot run here.</exception>
    public static async Task RunAsync(ProxySettings settings, TimeProvider time, EventLog log, CancellationToken cancellationToken)
    {
        using var instance = InstanceLock.TakeOrFail();
        var families = NodeTools.Find(settings.Backend, log);
        log.Info(
            "starting",
            ("node", settings.NodeName),
            ("cluster", settings.ClusterPath),
            ("iptables", $"{families[0].Programs.Version} {families[0].Programs.Backend}".ToLowerInvariant()),
            ("families", string.Join(',', families.Select(f => f.Programs.Family))));
        NodeSysctls.CheckForwarding(log);
        if (ServesLocalhost(settings.Node))
        {
            NodeSysctls.AllowLocalhostNodePorts(log);
        }

        var stamps = families.Select(f => RulesStampReader.Open(f.Programs)).ToList();
        var desired = new DesiredState(settings.NodeName, new NodeDescriber(settings.Node, settings.NodeName).Describe, [.. families.Select(f => f.Programs.Family)]);
        var reports = new SyncLog(log);
        var writes = new OwnWrites();
        var workers = families.Zip(stamps, (tools, stamp) => Worker(KernelOf(tools, stamp, settings, writes), desired, reports, settings, time)).ToList();
        try
        {
            await new ProxyLoop(new ManifestSource(settings.ClusterPath, time), desired, workers, log).RunAsync(cancellationToken);
        }
        finally
        {
            stamps.ForEach(s => s?.Dispose());
        }

        log.Info("stopped");
    }

    private static IptablesKernel KernelOf(IptablesTools tools, RulesStampReader? stamps, ProxySettings settings, OwnWrites writes)
    {
        var options = new IptablesPlanOptions(tools.Programs.Family)
        {
            MasqueradeMark = settings.Node.MasqueradeMark,
            DropInvalid = NodeSysctls.DropsInvalid,

            // Programs too old for it are not used at all.
            RandomFully = true,
        };
        return new IptablesKernel(new RuleKernel(tools, stamps), options, writes);
    }

    private static FamilyWorker Worker(IFamilyKernel kernel, DesiredState desired, SyncLog reports, ProxySettings settings, TimeProvider time)
    {
        return new FamilyWorker(desired, kernel, settings.Periods, time, Report);

        void Report(SyncReport report)
        {
            reports.Write(report);
            if (report.Kind == SyncKind.Full)
            {
                HeapTrim.Run();
            }
        }
    }

    private static bool ServesLocalhost(NodeSettings node)
    {
        var ranges = node.NodePortAddresses.Where(p => p.Family == IPFamily.IPv4).ToList();
        return node.LocalhostNodePorts && !node.IsPrimaryOnly
            && (ranges.Count == 0 || ranges.Exists(p => p.IsAny || p.Address.IsLoopback || p.Contains(NetAddress.Parse("127.0.0.1"))));
    }
}
