using System.Globalization;
using System.Text;

namespace Sluice.Linux.Lab;

/// <summary>
/// A small cluster out of network namespaces, with real connections: a node with pods, a client outside, and where pods ask for it
/// a second node, joined over VXLAN. It leaves nothing behind, however this process ends, and any number can be built at a time.
/// Rules are not its business: that is what the node is for.
/// </summary>
public sealed class LabCluster : IDisposable
{
    private readonly LabSwitch _wire;
    private readonly List<LabNode> _nodes = [];

    private LabCluster(LabSwitch wire, LabMachine client)
    {
        _wire = wire;
        Client = client;
    }

    /// <summary>The client outside the cluster. Service addresses lead it to the first node.</summary>
    public LabMachine Client { get; }

    /// <summary>The first node: the one whose rules are looked at.</summary>
    public LabNode Node => _nodes[0];

    /// <summary>The nodes.</summary>
    public IReadOnlyList<LabNode> Nodes => _nodes;

    /// <summary>Builds a cluster.</summary>
    /// <param name="pods">Its pods.</param>
    /// <exception cref="LabException">Something of it cannot be built here.</exception>
    public static LabCluster Build(IReadOnlyList<LabPod> pods)
    {
        var wire = new LabSwitch();
        var lab = new LabCluster(wire, new LabMachine("client", new NetworkNamespace("client"), LabAddresses.Client));
        try
        {
            for (var i = 1; i <= pods.Select(p => p.Node).Append(1).Max(); i++)
            {
                lab._nodes.Add(new LabNode(i, wire));
            }

            foreach (var pod in pods)
            {
                lab._nodes[pod.Node - 1].AddPod(pod);
            }

            foreach (var node in lab._nodes)
            {
                foreach (var other in lab._nodes.Where(n => n != node))
                {
                    node.Join(other.Number);
                }
            }

            lab.PlaceClient();
            foreach (var machine in lab._nodes.SelectMany(n => n.Pods.Append(n.Machine)).Append(lab.Client))
            {
                LabSettings.AwaitAddresses(machine.Namespace);
            }

            return lab;
        }
        catch
        {
            lab.Dispose();
            throw;
        }
    }

    /// <summary>A pod by its name.</summary>
    public LabMachine Pod(string name) => _nodes.SelectMany(n => n.Pods).First(p => p.Name == name);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var node in _nodes)
        {
            node.Dispose();
        }

        Client.Dispose();
        Client.Namespace.Dispose();
        _wire.Dispose();
    }

    private void PlaceClient()
    {
        LabSettings.ApplyTo(Client.Namespace, isRouter: false);
        _wire.Attach(Client.Namespace, LabNode.Link);
        var text = new StringBuilder($"link set lo up\nlink set {LabNode.Link} up\n");
        foreach (var family in Client.Addresses.GroupBy(a => a.Family))
        {
            foreach (var address in family)
            {
                var length = address == Client.Address(family.Key) ? LabSwitch.PrefixLength(family.Key) : address.Width;
                text.AppendLine(CultureInfo.InvariantCulture, $"address add {address}/{length} dev {LabNode.Link} nodad");
            }

            var node = Node.Machine.Address(family.Key);
            text.AppendLine(CultureInfo.InvariantCulture, $"route add default via {node} dev {LabNode.Link} src {Client.Address(family.Key)}");
        }

        _ = Client.Namespace.Check("ip", ["-batch", "-"], text.ToString());
    }
}
