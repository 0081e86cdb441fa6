using System.Security.Cryptography;
using System.Text;
using Sluice.Kubernetes.Intent;

namespace Sluice.Dataplane.Planning;

/// <summary>
/// kube-proxy's names of the chains of Services: a prefix and 16 characters of a hash, since iptables takes 28 characters at most.
/// </summary>
public static class ChainNaming
{
    /// <summary>Chains that share connections out among the endpoints of Cluster policy.</summary>
    public const string ClusterPrefix = "KUBE-SVC-";

    /// <summary>Chains that share connections out among the endpoints of Local policy.</summary>
    public const string LocalPrefix = "KUBE-SVL-";

    /// <summary>Chains for what comes to addresses that are reachable from outside.</summary>
    public const string ExternalPrefix = "KUBE-EXT-";

    /// <summary>Chains that admit only a Service's source ranges.</summary>
    public const string FirewallPrefix = "KUBE-FW-";

    /// <summary>Chains that translate to one endpoint.</summary>
    public const string EndpointPrefix = "KUBE-SEP-";

    // RFC 4648 base32.
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    private const int HashLength = 16;

    private static readonly string[] s_prefixes = [ClusterPrefix, LocalPrefix, ExternalPrefix, FirewallPrefix, EndpointPrefix];

    /// <summary>Whether a chain is some Service's, by its name.</summary>
    public static bool IsServiceChain(string chain) => Array.Exists(s_prefixes, p => chain.StartsWith(p, StringComparison.Ordinal));

    /// <summary>The end of the names of a Service port's chains.</summary>
    public static string HashOf(ServicePortName name) => Hash($"{name}{name.Protocol}");

    /// <summary>The name of the chain of one endpoint of a Service port.</summary>
    public static string EndpointChain(ServicePortName name, Endpoint endpoint) =>
        EndpointPrefix + Hash($"{name}{name.Protocol}{endpoint}");

    private static string Hash(string text)
    {
        Span<byte> utf8 = stackalloc byte[512];
        utf8 = utf8.Length >= Encoding.UTF8.GetMaxByteCount(text.Length) ? utf8[..Encoding.UTF8.GetBytes(text, utf8)] : Encoding.UTF8.GetBytes(text);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(utf8, hash);
        Span<char> name = stackalloc char[HashLength];
        for (var i = 0; i < HashLength; i++)
        {
            // Character i is bits 5i to 5i+4; they may lie in two bytes.
            var bit = i * 5;
            var pair = (hash[bit / 8] << 8) | hash[(bit / 8) + 1];
            name[i] = Alphabet[(pair >> (11 - (bit % 8))) & 31];
        }

        return new string(name);
    }
}
