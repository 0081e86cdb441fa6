using Sluice.Net;

namespace Sluice.Input;

/// <summary>Who sends a packet.</summary>
/// <param name="Address">The source address.</param>
/// <param name="Interface">The interface its packets arrive on; null when not known.</param>
internal sealed record Sender(NetAddress Address, string? Interface)
{
    /// <summary>Reads the words of <c>--from</c>.</summary>
    public static Sender Resolve(string text, NetAddress to, NodeInput node)
    {
        if (text.Contains('/', StringComparison.Ordinal))
        {
            throw new CommandFailure($"pod {text} has no address in a node's rules: give the pod's address");
        }

        switch (text.ToLowerInvariant())
        {
            case "host" or "node":
                return new Sender(
                    KnownPlaces.HostAddress(node.Snapshot, to) ?? throw new CommandFailure(
                        "the node's addresses are not known: add the output of 'ip addr' with --file, or take --from ADDRESS --entry local"),
                    Interface: null);
            case "external":
                return KnownPlaces.External(node.Snapshot, to.Family);
            case "pod":
                return KnownPlaces.Pod(node.Snapshot, node.Services, to.Family) ?? throw new CommandFailure(
                    "no pod network is known from these files: add the output of 'ip addr' with --file, or give a pod's address");
        }

        if (!NetAddress.TryParse(text, out var address))
        {
            throw new CommandFailure($"'{text}' is no sender: take an address, host, pod or external");
        }

        return address.Family == to.Family
            ? new Sender(address, Interface: null)
            : throw new CommandFailure($"--from {address} is {address.Family}, but --to {to} is {to.Family}: give both of one family");
    }
}
