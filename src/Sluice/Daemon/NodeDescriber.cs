using Sluice.Input;
using Sluice.Kubernetes.Intent;
using Sluice.Kubernetes.Objects;
using Sluice.Linux;
using Sluice.Net;

namespace Sluice.Daemon;

/// <summary>Describes this node: from the flags, its object and its interfaces. A Node object that goes away leaves what it said.</summary>
/// <param name="live">How the node is configured.</param>
/// <param name="mode">How it routes.</param>
/// <param name="name">The node's name.</param>
/// <param name="log">Where to tell what is not known of it.</param>
internal sealed class NodeDescriber(LiveNodeSettings live, ProxyMode mode, string name, EventLog log)
{
    private static readonly Prefix s_linkLocal = Prefix.Parse("fe80::/10");

    private Node? _node;
    private bool _isTold;

    /// <summary>The name of this machine as the kubelet writes it: in lower case.</summary>
    /// <exception cref="CommandFailure">It has none.</exception>
    public static string HostName() => Sysctl.Read("kernel.hostname").Value?.Trim().ToLowerInvariant() is { Length: > 0 } host
        ? host
        : throw new CommandFailure("this machine has no host name: say --node NAME");

    /// <summary>The node as it is now.</summary>
    /// <exception cref="CommandFailure">The flags need what is not known of it yet.</exception>
    public NodeProfile Describe(Node? node)
    {
        var settings = live.Current;
        var latest = node ?? _node;
        var hasAddress = settings.NodeIP is not null || latest is { Addresses.Count: > 0 };
        var problem = NodeProfileMaker.FindProblem(settings, name, latest)
            ?? (settings is { IsPrimaryOnly: true, IsPrimaryByDefault: false } && !hasAddress
                ? $"--nodeport-addresses primary needs the node's addresses: there is no Node {name} with any"
                : null);
        if (problem is not null)
        {
            throw new CommandFailure(problem);
        }

        if (settings.IsPrimaryByDefault && !hasAddress && !_isTold)
        {
            _isTold = true;
            log.Warn("node ports are served nowhere before there is a Node with addresses", ("node", name));
        }

        _node = latest;
        var profile = NodeProfileMaker.Make(settings, name, latest, []);
        return profile with { LocalAddresses = LocalAddresses.Read().Where(a => Matters(profile, a)).ToEquatableArray() };
    }

    // IPVS serves node ports on each address for itself, but for those that no other machine can send to. Else addresses outside of the ranges for
    // node ports make no difference to any rule, and come and go with every pod's interface.
    private bool Matters(NodeProfile profile, NetAddress address) => mode == ProxyMode.Ipvs
        ? !address.IsLoopback && !s_linkLocal.Contains(address)
        : profile.NodePortAddresses.Any(range => range.Contains(address));
}
