using Sluice.Kubernetes.Intent;
using Sluice.Net;
using Sluice.Netfilter.Conntrack;

namespace Sluice.Dataplane.Conntrack;

/// <summary>
/// Tells flows that go where no packet of theirs shall go any more: rules are asked about the first packet of a flow only, so a flow keeps what
/// they said then. Deleted, it is made anew by its next packet. Pure; one thread at a time.
/// </summary>
/// <remarks>
/// A flow is stale when it was sent to a Service's socket that is looked at and
/// <list type="bullet">
/// <item>is translated to anything but an endpoint that flows may stay with (<see cref="KeptEndpoints"/>); or</item>
/// <item>is UDP, is not translated and was never answered: it began before the rules were there, and nobody is at its other end;</item>
/// </list>
/// or when it was sent to a UDP socket that is no Service's any more and is translated to an endpoint that the Service had.
/// All others are not this node's business, and none is touched whose destination is only like a Service's: node ports count on the
/// addresses that serve them. Zones other than the default one are the address spaces of others.
/// </remarks>
public sealed class StaleFlows
{
    private readonly StaleFlowScope _scope;
    private readonly NodeProfile _node;
    private readonly Dictionary<ServiceSocket, SocketOwner> _owners = [];

    /// <summary>Prepares to tell the flows of a scope.</summary>
    /// <param name="scope">What is looked at.</param>
    /// <param name="nodeAddresses">
    /// The addresses that the node has now. Where node ports are served on all of them, no rule names them, nor need the node's profile.
    /// </param>
    public StaleFlows(StaleFlowScope scope, IReadOnlyCollection<NetAddress> nodeAddresses)
    {
        ArgumentNullException.ThrowIfNull(scope);
        _scope = scope;
        _node = scope.Held.Node with { LocalAddresses = nodeAddresses.ToEquatableArray() };
        foreach (var port in scope.Held.Ports)
        {
            // Sockets of what is not looked at too: they are nobody else's.
            if (!scope.Protocols.Contains(port.Name.Protocol))
            {
                continue;
            }

            var owner = new SocketOwner(port, scope.Includes(port));
            foreach (var socket in ServiceSocket.Of(port))
            {
                // As ServiceIntent.Route has it: the first has it.
                _owners.TryAdd(socket, owner);
            }
        }
    }

    /// <summary>Whether a flow of the scope's family is stale.</summary>
    public bool IsStale(in ConntrackFlow flow)
    {
        if (flow.Zone != 0)
        {
            return false;
        }

        var socket = new ServiceSocket(flow.Original.Destination, flow.Protocol, flow.Original.DestinationPort);
        if (_owners.TryGetValue(socket, out var owner))
        {
            return owner.IsStale(flow);
        }

        var nodePort = socket with { Address = null };
        if (_owners.TryGetValue(nodePort, out owner) && IsNodePortAddress(flow))
        {
            return owner.IsStale(flow);
        }

        return _scope.Former.Count > 0 && flow.IsDestinationTranslated && (
            WentTo(socket, flow) || (WentTo(nodePort, flow) && IsNodePortAddress(flow)));
    }

    private bool WentTo(ServiceSocket former, in ConntrackFlow flow) =>
        _scope.Former.TryGetValue(former, out var endpoints) && endpoints.Contains((flow.Reply.Source, flow.Reply.SourcePort));

    private bool IsNodePortAddress(in ConntrackFlow flow) => _node.ServesNodePorts(flow.Original.Destination);

    private sealed class SocketOwner(PortIntent port, bool isLookedAt)
    {
        // Most Services have no flow to look at.
        private HashSet<(NetAddress Address, int Port)>? _kept;

        public bool IsStale(in ConntrackFlow flow)
        {
            if (!isLookedAt)
            {
                return false;
            }

            _kept ??= KeptEndpoints.Of(port);
            return !_kept.Contains((flow.Reply.Source, flow.Reply.SourcePort))
                && (flow.IsDestinationTranslated || (flow.Protocol == L4Protocol.Udp && !flow.IsAnswered));
        }
    }
}
