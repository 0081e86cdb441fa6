using Sluice.Netfilter.Nftables.Reading;
using Sluice.Netfilter.Rules.Expressions;
using Sluice.Netfilter.Rules.Sets;

namespace Sluice.Netfilter.Tracing.Values;

/// <summary>Hashes of nftables (net/netfilter/nft_hash.c): computed where key and seed are known, else one of so many results.</summary>
internal static class NftHash
{
    public static IReadOnlyList<NftWay<NftReading>> Read(NftExpression.Hash hash, TracedPacket packet)
    {
        var open = new NftReading.Counted(NftPhrases.Of(hash), hash.Offset, Math.Max(hash.Modulus, 1), IsStable: true);
        if (hash.Of is not { } of)
        {
            return NftWay<NftReading>.Only(open);
        }

        return [.. NftEvaluation.Read(of, packet).Select(way => way.With<NftReading>(way.Result switch
        {
            NftReading.Missing => way.Result,
            NftReading.Unclear => way.Result,
            NftReading.Bits { IsKnown: true } bits when hash.Seed is { } seed && InRegisters(of, bits.Value) is { } key =>
                NftReading.Of(NftValue.Of(Scale(JenkinsHash.Hash(key, seed), hash.Modulus) + hash.Offset, 32)),
            _ => open,
        }))];
    }

    // reciprocal_scale: the hash's share of 2^32, times the modulus.
    private static ulong Scale(uint hash, uint modulus) => ((ulong)hash * modulus) >> 32;

    // As the kernel's registers hold it: what is host-endian in the machine's order. Null when the parts are not known.
    private static byte[]? InRegisters(NftExpression expression, NftValue value)
    {
        var bytes = value.Span.ToArray();
        var at = 0;
        foreach (var part in expression is NftExpression.Concatenation joined ? joined.Parts : [expression])
        {
            if (ExpressionTypes.Single(part) is not { } type)
            {
                return null;
            }

            if (type.IsHostEndian && BitConverter.IsLittleEndian)
            {
                bytes.AsSpan(at, type.Bytes).Reverse();
            }

            at += NftValue.Padded(type.Bytes);
        }

        return bytes;
    }
}
