using System.Globalization;
using System.Text;
using Sluice.Net;

namespace Sluice.Linux.Lab;

/// <summary>A node of the lab: forwarding, on the link between nodes, with a bridge for its pods.</summary>
public sealed class LabNode : IDisposable
{
    internal const string Link = "eth0";
    internal const string Bridge = "cni0";

    private readonly List<LabMachine> _pods = [];

    internal LabNode(int number, LabSwitch wire)
    {
        Number = number;
        Machine = new LabMachine(NameOf(number), new NetworkNamespace(NameOf(number)), LabAddresses.Node(number));
        try
        {
            LabSettings.ApplyTo(Machine.Namespace, isRouter: true);
            wire.Attach(Machine.Namespace, Link);
            _ = Machine.Namespace.Check("ip", ["-batch", "-"], Commands());
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The node itself, and so also what runs in pods of the host's network.</summary>
    public LabMachine Machine { get; }

    /// <summary>1 or 2.</summary>
    public int Number { get; }

    /// <summary>Its pods.</summary>
    public IReadOnlyList<LabMachine> Pods => _pods;

    /// <summary>Every address it has, loopback included.</summary>
    public IReadOnlyList<NetAddress> AllAddresses { get; private set; } = [];

    /// <summary>A node's name, as in <c>nodeName</c>.</summary>
    public static string NameOf(int number) => string.Create(CultureInfo.InvariantCulture, $"node-{number}");

    /// <summary>
    /// A pod: on the bridge, but with its gateway as only neighbour. So all its traffic passes the node's rules, and answers find
    /// the translation they need. With br_netfilter an endpoint that reaches itself comes back out of its own port: hence hairpin.
    /// </summary>
    internal void AddPod(LabPod pod)
    {
        var machine = new LabMachine(pod.Name, new NetworkNamespace(pod.Name), LabAddresses.Pod(pod));
        _pods.Add(machine);
        LabSettings.ApplyTo(machine.Namespace, isRouter: false);
        _ = Machine.Namespace.Check("ip", ["-batch", "-"], string.Create(CultureInfo.InvariantCulture, $"""
            link add veth{pod.Number} type veth peer name {Link} netns {machine.Namespace.ThreadId}
            link set veth{pod.Number} master {Bridge} up
            link set veth{pod.Number} type bridge_slave hairpin on

            """));
        var text = new StringBuilder($"link set lo up\nlink set {Link} up\n");
        foreach (var address in machine.Addresses)
        {
            var gateway = LabAddresses.Gateway(Number).First(g => g.Family == address.Family);
            text.AppendLine(CultureInfo.InvariantCulture, $"address add {address}/{address.Width} dev {Link} nodad");
            text.AppendLine(CultureInfo.InvariantCulture, $"route add {gateway} dev {Link}");
            text.AppendLine(CultureInfo.InvariantCulture, $"route add default via {gateway} dev {Link} src {address}");
        }

        _ = machine.Namespace.Check("ip", ["-batch", "-"], text.ToString());
    }

    /// <summary>Joins the pods of the other node, as flannel's vxlan backend does.</summary>
    internal void Join(int other)
    {
        var here = LabAddresses.Tunnel(Number);
        var there = LabAddresses.Tunnel(other);
        var text = new StringBuilder(string.Create(CultureInfo.InvariantCulture, $"""
            link add flannel.1 type vxlan id 1 local {LabAddresses.Node(Number)[0]} remote {LabAddresses.Node(other)[0]} dev {Link} dstport 8472
            link set flannel.1 up

            """));
        for (var i = 0; i < here.Count; i++)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"address add {here[i]}/{here[i].Width} dev flannel.1 nodad");
            text.AppendLine(CultureInfo.InvariantCulture, $"route add {LabAddresses.PodCidrs(other)[i].ToCidrString()} via {there[i]} dev flannel.1 onlink");
        }

        _ = Machine.Namespace.Check("ip", ["-batch", "-"], text.ToString());
        AllAddresses = [.. AllAddresses, .. here];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var machine in _pods.Append(Machine))
        {
            machine.Dispose();
            machine.Namespace.Dispose();
        }

        _pods.Clear();
    }

    private string Commands()
    {
        var text = new StringBuilder($"link set lo up\nlink set {Link} up\nlink add {Bridge} type bridge\nlink set {Bridge} up\n");
        foreach (var address in Machine.Addresses)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"address add {address}/{LabSwitch.PrefixLength(address.Family)} dev {Link} nodad");
            text.AppendLine(CultureInfo.InvariantCulture, $"route add default via {LabAddresses.Client.First(c => c.Family == address.Family)} dev {Link} src {address}");
        }

        foreach (var (gateway, pods) in LabAddresses.Gateway(Number).Zip(LabAddresses.PodCidrs(Number)))
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"address add {gateway}/{pods.Length} dev {Bridge} nodad");
        }

        AllAddresses = [NetAddress.Parse("127.0.0.1"), NetAddress.Parse("::1"), .. Machine.Addresses, .. LabAddresses.Gateway(Number)];
        return text.ToString();
    }
}
