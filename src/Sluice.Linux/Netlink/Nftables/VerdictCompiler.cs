using Sluice.Net;
using Sluice.Netfilter.Nftables;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Rules.Sets;

namespace Sluice.Linux.Netlink.Nftables;

/// <summary>Writes the verdicts of rules.</summary>
/// <param name="to">Where the expressions go.</param>
/// <param name="loader">Loads what they need.</param>
internal sealed class VerdictCompiler(ExpressionWriter to, RegisterLoader loader)
{
    private const uint First = RegisterLoader.First;
    private const byte PortUnreachable = 3;
    private const byte PortUnreachableIPv6 = 4;
    private const byte PortUnreachableAnyFamily = 1;

    // What ICMP says, by iptables' words, with the code (linux/icmp.h, linux/icmpv6.h).
    private static readonly (string Word, byte Code)[] s_unreachable =
    [
        ("icmp-net-unreachable", 0), ("icmp-host-unreachable", 1), ("icmp-proto-unreachable", 2), ("icmp-port-unreachable", PortUnreachable),
        ("icmp-net-prohibited", 9), ("icmp-host-prohibited", 10), ("icmp-admin-prohibited", 13),
    ];

    private static readonly (string Word, byte Code)[] s_unreachableIPv6 =
    [
        ("icmp6-no-route", 0), ("icmp6-adm-prohibited", 1), ("icmp6-addr-unreachable", 3), ("icmp6-port-unreachable", PortUnreachableIPv6),
        ("icmp6-policy-fail", 5), ("icmp6-reject-route", 6),
    ];

    private static readonly (string Word, byte Code)[] s_unreachableAnyFamily =
    [
        ("icmpx-no-route", 0), ("icmpx-port-unreachable", PortUnreachableAnyFamily), ("icmpx-host-unreachable", 2), ("icmpx-admin-prohibited", 3),
    ];

    /// <summary>What a rejected sender gets, in the model's words; null for a code that is none.</summary>
    /// <param name="isAnyFamily">Whether the code is of nf_tables, for both versions of ICMP.</param>
    /// <param name="isIPv6">Else whether it is of ICMPv6.</param>
    /// <param name="code">The code.</param>
    internal static string? WordOf(bool isAnyFamily, bool isIPv6, byte code)
    {
        foreach (var (word, known) in isAnyFamily ? s_unreachableAnyFamily : isIPv6 ? s_unreachableIPv6 : s_unreachable)
        {
            if (known == code)
            {
                return word;
            }
        }

        return null;
    }

    /// <summary>Writes a verdict.</summary>
    /// <exception cref="NftNotSupportedException">It cannot be written.</exception>
    internal void Write(Verdict verdict)
    {
        switch (verdict)
        {
            case Verdict.Accept:
                to.Verdict(Nft.NF_ACCEPT, null);
                break;
            case Verdict.Drop:
                to.Verdict(Nft.NF_DROP, null);
                break;
            case Verdict.Return:
                to.Verdict(Nft.NFT_RETURN, null);
                break;
            case Verdict.Continue:
                to.Verdict(Nft.NFT_CONTINUE, null);
                break;
            case Verdict.Jump jump:
                to.Verdict(Nft.NFT_JUMP, jump.Chain);
                break;
            case Verdict.Goto go:
                to.Verdict(Nft.NFT_GOTO, go.Chain);
                break;
            case Verdict.Lookup lookup:
                loader.LookUp(lookup.Key, lookup.Set, Nft.NFT_REG_VERDICT, inverted: false);
                break;
            case Verdict.Reject reject:
                Write(reject);
                break;
            case Verdict.Queue queue:
                to.Queue(queue.First, (ushort)(queue.Last - queue.First + 1), (ushort)((queue.Bypass ? 1 : 0) | (queue.CpuFanout ? 2 : 0)));
                break;
            case Verdict.Translate translate:
                Write(translate.Nat);
                break;
            case Verdict.TranslateTo translate:
                Write(translate);
                break;
            default:
                throw new NftNotSupportedException($"the verdict {verdict}");
        }
    }

    private void Write(Verdict.Reject reject)
    {
        switch (reject.With)
        {
            case "tcp-reset":
                to.Reject(type: 1, code: 0);
                break;
            default:
                var word = reject.With ?? RejectWords.Default(loader.Family);
                var isAnyFamily = word.StartsWith("icmpx-", StringComparison.Ordinal);
                to.Reject(
                    isAnyFamily ? 2u : 0,
                    CodeOf(isAnyFamily ? s_unreachableAnyFamily : word.StartsWith("icmp6-", StringComparison.Ordinal) ? s_unreachableIPv6 : s_unreachable, word));
                break;
        }
    }

    private static byte CodeOf((string Word, byte Code)[] codes, string word)
    {
        foreach (var (known, code) in codes)
        {
            if (known == word)
            {
                return code;
            }
        }

        throw new NftNotSupportedException($"reject with {word}");
    }

    private void Write(NatSpec nat)
    {
        if (nat.BasePort is not null || nat.Network is not null)
        {
            throw new NftNotSupportedException("a translation of a whole network or a shifted range of ports");
        }

        var register = First;
        (uint, uint)? address = null, port = null;
        if (nat.First is { } low)
        {
            var next = Immediate(register, NftValue.Of(low));
            address = (register, register);
            if (nat.Last is { } high && high != low)
            {
                address = (register, next);
                next = Immediate(next, NftValue.Of(high));
            }

            register = next;
        }

        if (nat.Ports is { } ports)
        {
            var next = Immediate(register, NftValue.Of(ports.First, 16));
            port = (register, register);
            if (ports.Last != ports.First)
            {
                port = (register, next);
                Immediate(next, NftValue.Of(ports.Last, 16));
            }
        }

        Write(nat.Kind, nat.First?.Family, address, port, nat.Flags);
    }

    private void Write(Verdict.TranslateTo translate)
    {
        var family = (IPFamily?)null;
        (uint, uint)? address = null, port = null;
        if (translate.Address is { } to)
        {
            var types = loader.TypeOf(to).Parts;
            family = types[0].Bits == 128 ? IPFamily.IPv6 : IPFamily.IPv4;
            address = (First, First);
            var second = types.Count == 2 ? First + (uint)(types[0].Bytes / 4) : (uint?)null;
            if (translate.Port is { } behind)
            {
                second = loader.Load(to, behind);
            }
            else
            {
                loader.Load(to);
            }

            port = second is { } register ? (register, register) : null;
        }
        else if (translate.Port is { } only)
        {
            loader.Load(only);
            port = (First, First);
        }

        Write(translate.Kind, family, address, port, translate.Flags);
    }

    private void Write(NatKind kind, IPFamily? family, (uint, uint)? address, (uint, uint)? port, NatFlags flags)
    {
        // NF_NAT_RANGE_* (linux/netfilter/nf_nat.h).
        var bits = ((flags & NatFlags.Random) != 0 ? 4u : 0) | ((flags & NatFlags.Persistent) != 0 ? 8u : 0) | ((flags & NatFlags.RandomFully) != 0 ? 16u : 0);
        switch (kind)
        {
            case NatKind.Masquerade:
                to.Masquerade(port, bits);
                break;
            case NatKind.Redirect:
                to.Redirect(port, bits);
                break;
            case NatKind.Destination or NatKind.Source:
                to.Nat(kind == NatKind.Destination, Nft.NumberOf(family is { } known ? TableFamilies.Of(known) : loader.Family), address, port, bits);
                break;
            default:
                throw new NftNotSupportedException($"a translation of the kind {kind}");
        }
    }

    private uint Immediate(uint register, NftValue value)
    {
        to.Immediate(register, value.Span);
        return register + (uint)(NftValue.Padded(value.Length) / 4);
    }
}
