using Sluice.Daemon.Telemetry;
using Sluice.Dataplane.Planning;
using Sluice.Dataplane.Planning.Ipvs;
using Sluice.Linux.Iptables;
using Sluice.Linux.Netlink.Nftables;
using Sluice.Net;

namespace Sluice.Daemon;

/// <summary>The kernel of this node as a mode of the proxy uses it, family by family. Holds the connections that this takes.</summary>
internal sealed class NodeRouting : IDisposable
{
    private readonly List<IDisposable> _held = [];
    private readonly List<IFamilyKernel> _families = [];
    private readonly Dictionary<IPFamily, KernelMeter> _meters = [];

    private NodeRouting(string tool) => Tool = tool;

    /// <summary>The families that are routed.</summary>
    public IReadOnlyList<IFamilyKernel> Families => _families;

    /// <summary>What measures the kernel's work, family by family.</summary>
    public IReadOnlyDictionary<IPFamily, KernelMeter> Meters => _meters;

    /// <summary>What the rules are written with, in words.</summary>
    public string Tool { get; }

    /// <summary>Opens what the mode needs.</summary>
    /// <exception cref="CommandFailure">It cannot be had here.</exception>
    public static NodeRouting Open(ProxySettings settings, EventLog log) => settings.Mode switch
    {
        ProxyMode.Iptables => OpenIptables(settings, log),
        ProxyMode.Nftables => OpenNftables(settings, log),
        ProxyMode.Ipvs => OpenIpvs(settings, log),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    /// <inheritdoc/>
    public void Dispose() => _held.ForEach(h => h.Dispose());

    private static NodeRouting OpenIptables(ProxySettings settings, EventLog log)
    {
        var tools = NodeTools.Find(settings.Backend, log);
        var routing = new NodeRouting(ToolOf(tools));
        var writes = new OwnWrites();
        foreach (var family in tools)
        {
            var kernel = routing.OpenRules(family, ["filter", "nat"], routing.AddMeter(family.Programs.Family));
            var options = new IptablesPlanOptions(family.Programs.Family)
            {
                MasqueradeMark = settings.Node.MasqueradeMark,
                DropInvalid = NodeSysctls.DropsInvalid,
                IsSigned = true,

                // Programs too old for it are not used at all.
                RandomFully = true,
            };
            routing._families.Add(new IptablesKernel(kernel, options, writes));
        }

        return routing;
    }

    private static NodeRouting OpenNftables(ProxySettings settings, EventLog log)
    {
        var routing = new NodeRouting("netlink");
        var writes = new OwnWrites();
        foreach (var family in (IPFamily[])[IPFamily.IPv4, IPFamily.IPv6])
        {
            // The kernel has no IPv6, or it was switched off at boot.
            if (family == IPFamily.IPv6 && !File.Exists("/proc/thread-self/net/if_inet6"))
            {
                log.Info("this family is not routed", ("family", family), ("reason", "the kernel has no IPv6"));
                continue;
            }

            var connection = routing.Connect();
            if (connection.FindObstacle() is { } obstacle)
            {
                routing.Dispose();
                throw new CommandFailure($"nftables cannot be used here: {obstacle}");
            }

            var kernel = new MeteredNftKernel(new NftKernel(connection, routing.Connect(), routing.Connect(isLoose: true), family, NftOwnership.Owner), routing.AddMeter(family));
            routing._families.Add(new NftablesKernel(kernel, settings.Tables(family), writes));
        }

        return routing;
    }

    private static NodeRouting OpenIpvs(ProxySettings settings, EventLog log)
    {
        IpvsSupport.Require(settings.Configuration.Ipvs, log);
        var tools = NodeTools.Find(settings.Backend, log);
        var routing = new NodeRouting($"netlink, {ToolOf(tools)}");
        try
        {
            var writes = new OwnWrites();
            foreach (var family in tools)
            {
                var meter = routing.AddMeter(family.Programs.Family);
                var kernel = IpvsNodeKernel.Open();
                routing._held.Add(kernel);
                var options = new IpvsPlanOptions(family.Programs.Family)
                {
                    MasqueradeMark = settings.Node.MasqueradeMark,
                    Scheduler = settings.Configuration.Ipvs.Scheduler,
                    ExcludeCidrs = settings.Configuration.Ipvs.ExcludeCidrs,
                    IsSigned = true,
                    RandomFully = true,
                };
                var rules = new IptablesRules(routing.OpenRules(family, ["filter", "mangle", "nat"], meter), writes);
                routing._families.Add(new IpvsKernel(new MeteredIpvsKernel(kernel, meter), rules, options));
            }

            return routing;
        }
        catch
        {
            routing.Dispose();
            throw;
        }
    }

    private static string ToolOf(IReadOnlyList<IptablesTools> tools) => $"{tools[0].Programs.Version} {tools[0].Programs.Backend}".ToLowerInvariant();

    private MeteredRuleKernel OpenRules(IptablesTools tools, string[] tables, KernelMeter meter)
    {
        var stamps = RulesStampReader.Open(tools.Programs);
        if (stamps is not null)
        {
            _held.Add(stamps);
        }

        return new MeteredRuleKernel(new RuleKernel(tools, stamps, tables), meter);
    }

    private NftConnection Connect(bool isLoose = false)
    {
        var connection = NftConnection.TryOpen(out var problem) ?? throw new CommandFailure($"nftables cannot be used here: {problem}");
        connection.IsLoose = isLoose;
        _held.Add(connection);
        return connection;
    }

    private KernelMeter AddMeter(IPFamily family) => _meters[family] = new KernelMeter(TimeProvider.System);
}
