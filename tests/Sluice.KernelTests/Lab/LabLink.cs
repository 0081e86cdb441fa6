namespace Sluice.KernelTests.Lab;

/// <summary>A link of the node with its addresses, each with a prefix length; links over which defaults go name gateways.</summary>
/// <param name="Name">Name in the node, at most 13 letters.</param>
/// <param name="Addresses">Addresses of the node on it, as in <c>192.0.2.1/24</c>.</param>
public sealed record LabLink(string Name, params string[] Addresses)
{
    /// <summary>Gateways of the default routes over this link.</summary>
    public IReadOnlyList<string> DefaultVia { get; init; } = [];

    /// <summary>MAC of the node's end of link number <paramref name="index"/>: known beforehand, for mac matches.</summary>
    internal static byte[] NodeMac(int index) => [2, 0, 0, 0, (byte)(index + 1), 1];

    /// <summary>MAC packets from outside come from.</summary>
    internal static byte[] PeerMac(int index) => [2, 0, 0, 0, (byte)(index + 1), 2];
}
