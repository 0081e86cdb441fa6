using Sluice.Net;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Rules.Sets;

namespace Sluice.Netfilter.Tracing.Values;

/// <summary>Finds the targets of translations whose address or port is an expression (net/netfilter/nft_nat.c).</summary>
internal static class NftTranslation
{
    private const int PortBytes = 2;
    private const int IPv4Bytes = 4;
    private const int IPv6Bytes = 16;

    /// <summary>The ways of the target.</summary>
    public static IReadOnlyList<NftWay<NatTarget>> Of(Verdict.TranslateTo translate, TracedPacket packet)
    {
        var addresses = translate.Address is { } address ? NftEvaluation.ReadEach(address, packet) : NftWay<NftReading>.Only(NoValue);
        var ports = translate.Port is { } port ? NftEvaluation.ReadEach(port, packet) : NftWay<NftReading>.Only(NoValue);
        return [.. addresses.SelectMany(a => ports.Select(p => a.Then(p).With(Target(translate, a.Result, p.Result))))];
    }

    private static NftReading NoValue => NftReading.Nothing.Instance;

    private static NatTarget Target(Verdict.TranslateTo translate, NftReading address, NftReading port)
    {
        if (address is NftReading.Missing || port is NftReading.Missing)
        {
            return NatTarget.None.Instance;
        }

        if ((Untold(address) ?? Untold(port)) is { } untold)
        {
            return untold;
        }

        var to = (address as NftReading.Bits)?.Value;
        NetAddress? first = to is { } value ? AddressOf(value) : null;
        if (to is not null && first is null)
        {
            return new NatTarget.Untold($"the value {to}", IsUnclear: true);
        }

        // An address and a port one behind the other, as "map @endpoints" has them.
        ushort? number = (port as NftReading.Bits)?.Value is { } own ? (ushort)own.ToNumber()
            : to is { } both && both.Length is IPv4Bytes + 4 or IPv6Bytes + 4 ? (ushort)both.Slice(both.Length - 4, PortBytes).ToNumber()
            : null;
        return new NatTarget.Known(new NatSpec(translate.Kind, first, first, number is { } n ? new PortRange(n, n) : null, translate.Flags));
    }

    private static NatTarget.Untold? Untold(NftReading reading) => reading switch
    {
        NftReading.Nothing or NftReading.Bits { IsKnown: true } => null,
        NftReading.Remembered remembered => new NatTarget.Untold(remembered.Map, IsUnclear: false),
        NftReading.Bits bits => new NatTarget.Untold(bits.Name, IsUnclear: false),
        NftReading.Unclear unclear => new NatTarget.Untold(unclear.Text, IsUnclear: true),
        _ => new NatTarget.Untold("a value that is not followed", IsUnclear: true),
    };

    private static NetAddress? AddressOf(NftValue value) => value.Length switch
    {
        IPv4Bytes or IPv6Bytes => value.ToAddress(),
        IPv4Bytes + 4 => value.Slice(0, IPv4Bytes).ToAddress(),
        IPv6Bytes + 4 => value.Slice(0, IPv6Bytes).ToAddress(),
        _ => null,
    };
}
