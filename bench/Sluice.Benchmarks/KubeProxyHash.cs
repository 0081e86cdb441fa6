using System.Security.Cryptography;
using System.Text;

namespace Sluice.Benchmarks;

/// <summary>The short hashes in the names of kube-proxy's chains: base32 of SHA-256, cut.</summary>
internal static class KubeProxyHash
{
    private const string Base32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    /// <summary>The hash of a text.</summary>
    /// <param name="text">What kube-proxy hashes.</param>
    /// <param name="length">Letters: 16 in iptables chains, 8 in nftables chains.</param>
    public static string Of(string text, int length)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(text), digest);
        Span<char> name = stackalloc char[length];
        for (var i = 0; i < length; i++)
        {
            var bit = 5 * i;
            var pair = (digest[bit / 8] << 8) | digest[(bit / 8) + 1];
            name[i] = Base32[(pair >> (11 - (bit % 8))) & 31];
        }

        return new string(name);
    }
}
