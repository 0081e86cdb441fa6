using Sluice.Linux.Ipvs;
using Sluice.Net;
using Sluice.Netfilter;
using Sluice.Netfilter.Ipsets;
using Sluice.Netfilter.Ipvs;
using Sluice.Netfilter.Text;
using Xunit;

namespace Sluice.KernelTests.Uml.Inside;

/// <summary>A node with four pods that serve, and a client outside: what a case is put to.</summary>
internal sealed class BalancingLab : IDisposable
{
    private readonly LabCluster _cluster = LabCluster.Build([.. Enumerable.Range(11, 4).Select(n => new LabPod($"pod-{n}", n))]);
    private readonly IPFamily _family;
    private readonly IpvsApplier _applier;

    public BalancingLab(IPFamily family)
    {
        _family = family;
        foreach (var machine in Servers)
        {
            machine.Serve(L4Protocol.Tcp, BalancingCase.TargetPort);
            machine.Serve(L4Protocol.Udp, BalancingCase.TargetPort);
        }

        _applier = Space.Run(() => IpvsApplier.TryOpen(out var problem) ?? throw new LabException(problem!));
        Assert.True(Space.Sysctl("net.ipv4.vs.conntrack", "1"));
        Assert.True(Space.Sysctl("net.ipv4.vs.expire_quiescent_template", "1"));
    }

    public LabMachine Node => _cluster.Node.Machine;

    public LabMachine Client => _cluster.Client;

    public IReadOnlyList<LabMachine> Pods => _cluster.Node.Pods;

    private IEnumerable<LabMachine> Servers => Pods.Append(Node);

    private NetworkNamespace Space => Node.Namespace;

    private string Iptables => _family == IPFamily.IPv4 ? "iptables" : "ip6tables";

    /// <summary>Whose an address is; null when nobody's here.</summary>
    public string? NameOf(NetAddress? address) => Servers.FirstOrDefault(m => m.Addresses.Any(a => a == address))?.Name;

    /// <summary>Puts a case in the place of the one before, and reads the node as its own tools print it.</summary>
    public NodeSnapshot Load(BalancingCase made)
    {
        _ = Space.Check("ipvsadm", ["-C"]);
        _ = Space.Check(Iptables + "-restore", [], "*nat\nCOMMIT\n*filter\nCOMMIT\n");
        _ = Space.Check("ipset", ["destroy"]);
        var (sets, servers) = (new StringWriter(), new StringWriter());
        IpSetWriter.Write(sets, made.Sets);
        IpvsWriter.Write(servers, made.Table);
        _ = Space.Check("ipset", ["restore"], sets.ToString());
        _ = Space.Check(Iptables + "-restore", [], made.Rules);
        _ = Space.Check("ipvsadm", ["-R"], servers.ToString());
        var addresses = made.Table.Servers.Select(s => ((VirtualServerKey.Address)s.Key).IP);
        Assert.Null(_applier.Apply([.. addresses.Distinct().Select(a => new IpvsStep.AddAddress(a))]).Failure);
        _ = Space.Check("conntrack", ["-F"]);

        var version = _family == IPFamily.IPv4 ? "-4" : "-6";
        SourceText[] dumps =
        [
            SourceText.Of("rules", Space.Check(Iptables + "-save", [])),
            SourceText.Of("sets", Space.Check("ipset", ["save"])),
            SourceText.Of("servers", Space.Check("ipvsadm", ["-Sn"])),
            SourceText.Of("addresses", Space.Check("ip", ["addr"])),
            SourceText.Of("routes", Space.Check("ip", [version, "route", "show", "table", "all"])),
        ];
        return SnapshotReader.Read(dumps).Snapshot;
    }

    public void Dispose()
    {
        _applier.Dispose();
        _cluster.Dispose();
    }
}
