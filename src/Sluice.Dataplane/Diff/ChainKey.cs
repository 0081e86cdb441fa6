using System.Text;
using Sluice.Dataplane.Planning;

namespace Sluice.Dataplane.Diff;

/// <summary>The name of a Service's chain in 16 bytes: a cluster has a hundred thousand of them.</summary>
/// <param name="Bits">Its hash, and its kind above that.</param>
internal readonly record struct ChainKey(UInt128 Bits)
{
    private const int HashBits = 80;

    private static readonly (byte[] Prefix, ServiceChainKind Kind)[] s_prefixes =
    [
        (Encoding.ASCII.GetBytes(ChainNaming.EndpointPrefix), ServiceChainKind.Endpoint),
        (Encoding.ASCII.GetBytes(ChainNaming.ClusterPrefix), ServiceChainKind.Cluster),
        (Encoding.ASCII.GetBytes(ChainNaming.LocalPrefix), ServiceChainKind.Local),
        (Encoding.ASCII.GetBytes(ChainNaming.ExternalPrefix), ServiceChainKind.External),
        (Encoding.ASCII.GetBytes(ChainNaming.FirewallPrefix), ServiceChainKind.Firewall),
    ];

    /// <summary>The key of a chain by its kind and the bits of its hash.</summary>
    public static ChainKey Of(ServiceChainKind kind, UInt128 hash) => new(((UInt128)(int)kind << HashBits) | hash);

    /// <summary>The kind of a Service's chain by its name; null for other chains.</summary>
    public static ServiceChainKind? KindOf(ReadOnlySpan<byte> name)
    {
        foreach (var (prefix, kind) in s_prefixes)
        {
            if (name.StartsWith(prefix))
            {
                return kind;
            }
        }

        return null;
    }

    /// <inheritdoc cref="KindOf(ReadOnlySpan{byte})"/>
    public static ServiceChainKind? KindOf(string name) => KindOf(Encoding.UTF8.GetBytes(name));

    /// <summary>The key of a chain by its name; null when no chain of a plan can be called so.</summary>
    public static ChainKey? Parse(ReadOnlySpan<byte> name) =>
        KindOf(name) is { } kind && ChainNaming.TryReadBits(name[(kind == ServiceChainKind.Firewall ? "KUBE-FW-" : "KUBE-SVC-").Length..], out var hash)
            ? Of(kind, hash)
            : null;
}
