using Sluice.Net;
using Sluice.Netfilter.Ipvs;
using Sluice.Netfilter.Rules;

namespace Sluice.Netfilter.Tracing.Ipvs;

/// <summary>The steps that IPVS leaves on a packet's path.</summary>
internal static class IpvsSteps
{
    private static readonly Table[] s_tables = [.. Enum.GetValues<IPFamily>().Select(f => new Table(TableFamilies.Of(f), "ipvs", []))];

    public static Step Scheduled(TracedPacket packet, IpvsConnection connection, Probability share) =>
        Of(packet, connection.Server, "-> " + Target(connection)) with { SentTo = Target(connection), Chance = share.IsOne ? null : share };

    public static Step Known(TracedPacket packet, IpvsConnection connection) =>
        Of(packet, connection.Server, $"-> {Target(connection)}, as before") with { SentTo = Target(connection) };

    public static Step Answer(TracedPacket packet, IpvsConnection connection) =>
        Of(packet, connection.Server, "source " + connection.Virtual.WithPort(connection.VirtualPort));

    public static Step Refused(TracedPacket packet, VirtualServer server) => Of(packet, server, "Refuse");

    private static string Target(IpvsConnection connection) => connection.Real.Method switch
    {
        ForwardingMethod.DirectRouting => $"{connection.Real.Address} by direct routing",
        ForwardingMethod.Tunneling => $"{connection.Real.Address} in a tunnel",
        ForwardingMethod.LocalNode => "this node",
        _ => connection.Real.Address.WithPort(connection.RealPort),
    };

    private static Step Of(TracedPacket packet, VirtualServer server, string action)
    {
        var chain = new Chain(server.Key.ToString()!, null, []) { Source = server.Source };
        return new Step(packet.Hook, s_tables[(int)packet.Family], chain, 0, null, action, 0) { VirtualServer = server };
    }
}
