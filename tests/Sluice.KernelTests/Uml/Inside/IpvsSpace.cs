using Sluice.Linux.Ipvs;
using Sluice.Net;
using Sluice.Netfilter.Ipvs;
using Xunit;

namespace Sluice.KernelTests.Uml.Inside;

/// <summary>A network namespace with an applier; ipvsadm, ipset and ip are the judges.</summary>
internal sealed class IpvsSpace : IDisposable
{
    public IpvsSpace(NetworkNamespace? space = null)
    {
        Namespace = space ?? new NetworkNamespace("ipvs");

        // Without any local address no address of IPv4 is a host's to the kernel.
        _ = Namespace.Check("ip", ["link", "set", "lo", "up"]);
        Applier = Namespace.Run(() => IpvsApplier.TryOpen(out var problem) ?? throw new LabException(problem!));
    }

    public NetworkNamespace Namespace { get; }

    public IpvsApplier Applier { get; }

    /// <summary>The virtual servers in an order of our own: that of the kernel is chance.</summary>
    public static IEnumerable<VirtualServer> Ordered(IpvsTable table) => table.Servers
        .OrderBy(s => s.Key.ToString(), StringComparer.Ordinal)
        .Select(s => s with { RealServers = s.RealServers.OrderBy(r => (r.Address, r.Port)).ToEquatableArray() });

    /// <summary>Carries out steps, which must all be taken.</summary>
    public IpvsTraffic Apply(params IReadOnlyList<IpvsStep> steps)
    {
        var result = Applier.Apply(steps);
        Assert.True(result.Failure is null, string.Join("\n", result.Refusals.Select(r => $"{r.Step}: {r.Message}").Append(result.Failure)));
        return result.Sent;
    }

    /// <summary>What IPVS holds.</summary>
    public IpvsTable Read()
    {
        Assert.Null(Applier.Ipvs.Read(out var table));
        return table;
    }

    /// <summary>What <c>ipvsadm -Sn</c> prints.</summary>
    public string Save() => Namespace.Check("ipvsadm", ["-Sn"]);

    /// <summary>Runs <c>ipvsadm -R</c>.</summary>
    public void Restore(string commands) => Namespace.Check("ipvsadm", ["-R"], commands);

    /// <summary>What a program prints.</summary>
    public string Run(string program, params string[] arguments) => Namespace.Check(program, arguments);

    public void Dispose()
    {
        Applier.Dispose();
        Namespace.Dispose();
    }
}
