using System.Text;
using Sluice.Dataplane.Services;
using Sluice.Net;

namespace Sluice.Input;

/// <summary>Where a packet goes to: <c>address:port</c>, <c>[v6]:port</c>, an address alone, or a Service by its name.</summary>
/// <param name="Address">The address.</param>
/// <param name="Port">The port; null when none was given.</param>
/// <param name="Protocol">The protocol.</param>
internal sealed record Destination(NetAddress Address, int? Port, L4Protocol Protocol)
{
    /// <summary>Reads the words of <c>--to</c>.</summary>
    /// <param name="text">The words.</param>
    /// <param name="protocol">The protocol asked for; null to take the Service's, else tcp.</param>
    /// <param name="family">The family that is wanted where a Service has both; null for either.</param>
    /// <param name="node">Where Services are looked up.</param>
    public static Destination Resolve(string text, L4Protocol? protocol, IPFamily? family, NodeInput node)
    {
        if (text.Contains('/', StringComparison.Ordinal))
        {
            return OfService(text, protocol, family, node);
        }

        var (host, port) = Split(text);
        if (!NetAddress.TryParse(host, out var address))
        {
            throw new CommandFailure($"'{text}' is no destination: take ADDRESS:PORT, [V6ADDRESS]:PORT or NAMESPACE/SERVICE[:PORT]");
        }

        return new Destination(address, port is null ? null : PortOf(port, text), protocol ?? L4Protocol.Tcp);
    }

    private static Destination OfService(string text, L4Protocol? protocol, IPFamily? family, NodeInput node)
    {
        foreach (var candidate in ServiceFinder.Find(node.Services, text, family, protocol))
        {
            var address = candidate.Address.Address
                ?? node.Snapshot.Interfaces?.Interfaces.SelectMany(i => i.Addresses)
                    .Where(a => a.Address.Family == candidate.Service.Family && !a.Address.IsLoopback && !a.Address.IsLinkLocal)
                    .Select(a => (NetAddress?)a.Address).FirstOrDefault();
            if (address is { } known)
            {
                return new Destination(known, candidate.Address.Port, candidate.Service.Protocol);
            }
        }

        throw new CommandFailure(UnknownService.Message(text, node));
    }

    private static (string Host, string? Port) Split(string text)
    {
        if (text.StartsWith('[') && text.IndexOf(']', StringComparison.Ordinal) is var end and > 0)
        {
            return (text[1..end], end + 1 < text.Length && text[end + 1] == ':' ? text[(end + 2)..] : end + 1 == text.Length ? null : "?");
        }

        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 || colon != text.LastIndexOf(':') ? (text, null) : (text[..colon], text[(colon + 1)..]);
    }

    private static int PortOf(string port, string text) =>
        ushort.TryParse(port, out var number) && number > 0 ? number
        : PortRange.TryParse(Encoding.UTF8.GetBytes(port), (byte)':', out var named) && named is { First: > 0 } && named.First == named.Last ? named.First
        : throw new CommandFailure($"'{port}' in --to {text} is no port: take a number from 1 to 65535");
}
