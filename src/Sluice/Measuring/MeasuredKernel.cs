using Sluice.Daemon;
using Sluice.Dataplane.Planning;
using Sluice.Dataplane.Planning.Ipvs;
using Sluice.Dataplane.Planning.Nftables;
using Sluice.Kubernetes.Configuration;
using Sluice.Linux.Iptables;
using Sluice.Linux.Netlink.Nftables;
using Sluice.Net;
using Sluice.Netfilter.Rules;

namespace Sluice.Measuring;

/// <summary>A kernel as the proxy writes to it in one mode and family, in the network namespace of the thread that opens it.</summary>
internal sealed class MeasuredKernel : IDisposable
{
    private static readonly EventLog s_silent = new(TextWriter.Null, TimeProvider.System, verbosity: 0);

    private readonly List<IDisposable> _held = [];

    private MeasuredKernel(string tool) => Tool = tool;

    /// <summary>What writes.</summary>
    public string Tool { get; }

    /// <summary>The way to the kernel.</summary>
    public IFamilyKernel Kernel { get; private set; } = null!;

    /// <summary>Opens one in iptables mode.</summary>
    /// <exception cref="CommandFailure">It cannot be had here.</exception>
    public static MeasuredKernel OfIptables(IptablesPlanOptions options)
    {
        var tools = FindTools(options.Family);
        return new MeasuredKernel(NameOf(tools))
        {
            // A batch that takes too long is killed at once: its namespace goes with it.
            Kernel = new IptablesKernel(new RuleKernel(tools, stamps: null, ["filter", "nat"]), options, new OwnWrites(), stopPatience: TimeSpan.Zero),
        };
    }

    /// <summary>Opens one in nftables mode.</summary>
    /// <exception cref="CommandFailure">It cannot be had here.</exception>
    public static MeasuredKernel OfNftables(NftablesPlanOptions options)
    {
        var opened = new MeasuredKernel("netlink");
        try
        {
            var connection = opened.Connect();
            if (connection.FindObstacle() is { } obstacle)
            {
                throw new CommandFailure(obstacle);
            }

            opened.Kernel = new NftablesKernel(
                new NftKernel(connection, opened.Connect(), opened.Connect(), options.Family, NftOwnership.Owner), options, new OwnWrites());
            return opened;
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    /// <summary>Opens one in IPVS mode.</summary>
    /// <exception cref="CommandFailure">It cannot be had here.</exception>
    public static MeasuredKernel OfIpvs(IpvsPlanOptions options)
    {
        IpvsSupport.Require(new IpvsConfiguration { Scheduler = options.Scheduler ?? "" }, s_silent);
        var tools = FindTools(options.Family);
        var opened = new MeasuredKernel($"netlink and {NameOf(tools)}");
        var kernel = IpvsNodeKernel.Open();
        opened._held.Add(kernel);
        var rules = new IptablesRules(new RuleKernel(tools, stamps: null, ["filter", "mangle", "nat"]), new OwnWrites(), TimeSpan.Zero);
        var family = new IpvsKernel(kernel, rules, options);
        opened._held.Insert(0, family);
        opened.Kernel = family;
        return opened;
    }

    /// <inheritdoc/>
    public void Dispose() => _held.ForEach(h => h.Dispose());

    private static IptablesTools FindTools(IPFamily family) => NodeTools.Find(TableBackend.Unknown, s_silent).FirstOrDefault(t => t.Programs.Family == family)
        ?? throw new CommandFailure($"iptables for {family} cannot be used here");

    private static string NameOf(IptablesTools tools) => $"iptables {tools.Programs.Version} {tools.Programs.Backend}".ToLowerInvariant();

    private NftConnection Connect()
    {
        var connection = NftConnection.TryOpen(out var problem) ?? throw new CommandFailure(problem!);
        _held.Add(connection);
        return connection;
    }
}
