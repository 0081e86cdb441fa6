using System.Buffers.Binary;
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

    /// <summary>What tells a Service port's chains from others' (their kinds aside), without spelling it.</summary>
    internal static UInt128 BitsOf(ServicePortName name) => Bits($"{name}{name.Protocol}");

    /// <summary>What tells an endpoint's chain from others', without spelling it.</summary>
    internal static UInt128 BitsOf(ServicePortName name, Endpoint endpoint) => Bits($"{name}{name.Protocol}{endpoint}");

    /// <summary>The bits that the end of a chain's name spells; false when none of ours ends so.</summary>
    internal static bool TryReadBits(ReadOnlySpan<byte> text, out UInt128 bits)
    {
        bits = 0;
        foreach (var c in text)
        {
            var digit = c is >= (byte)'A' and <= (byte)'Z' ? c - 'A' : c is >= (byte)'2' and <= (byte)'7' ? c - '2' + 26 : -1;
            if (digit < 0)
            {
                return false;
            }

            bits = (bits << 5) | (uint)digit;
        }

        return text.Length == HashLength;
    }

    private static string Hash(string text)
    {
        var bits = Bits(text);
        Span<char> name = stackalloc char[HashLength];
        for (var i = HashLength - 1; i >= 0; i--)
        {
            name[i] = Alphabet[(int)(bits & 31)];
            bits >>= 5;
        }

        return new string(name);
    }

    // 16 characters of 5 bits each: the first 80 bits of the hash.
    private static UInt128 Bits(string text)
    {
        Span<byte> utf8 = stackalloc byte[512];
        utf8 = utf8.Length >= Encoding.UTF8.GetMaxByteCount(text.Length) ? utf8[..Encoding.UTF8.GetBytes(text, utf8)] : Encoding.UTF8.GetBytes(text);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(utf8, hash);
        return BinaryPrimitives.ReadUInt128BigEndian(hash) >> 48;
    }
}
