using Sluice.Net;
using Sluice.Netfilter.Rules;

namespace Sluice.KernelTests.Generation.Nft;

/// <summary>Writes what rules do.</summary>
internal sealed class NftStatementGenerator(Random random, NftNames names)
{
    private readonly AddressPool _pool = AddressPool.Of(names.Family);

    /// <summary>A statement after which the rule goes on.</summary>
    public string Change() => random.Next(14) switch
    {
        0 or 1 => $"meta mark set 0x{random.Pick(AddressPool.Marks):x}",
        2 or 3 => $"meta mark set meta mark or 0x{random.Pick(AddressPool.Marks):x}",
        4 => $"meta mark set meta mark xor 0x{random.Pick(AddressPool.Marks):x}",
        5 => $"meta mark set meta mark and 0x{random.Pick(AddressPool.Marks):x}",
        6 => random.Pick(["ct mark set 0x10", "ct mark set meta mark", "meta mark set ct mark"]),
        7 => $"meta mark set {names.Ip} {random.Pick(["saddr", "daddr"])} map @marks",
        8 => $"meta mark set jhash {names.Ip} saddr mod 16 seed 0x{random.Next():x} offset 256",
        9 => $"meta mark set numgen random mod {random.Between(2, 3)} offset 16",
        10 => $"{names.Ip} dscp set {random.Pick(["cs0", "ef", "0x11"])}",
        11 => $"add @seen {{ {names.Ip} saddr }}",
        12 => $"meta mark set {names.Ip} daddr map {{ {_pool.Services[0]} : 0x1, {_pool.Pods[0]} : 0x2 }}",
        _ => "counter",
    };

    /// <summary>A statement that ends the rule; the empty string for none.</summary>
    /// <param name="scope">From where the chain is called.</param>
    /// <param name="protocol">The protocol the rule has asked for; null for any.</param>
    public string Verdict(NftScope scope, string? protocol)
    {
        if (scope.MayTranslateDestination && random.Chance(0.4))
        {
            return Destination(protocol);
        }

        if (scope.MayTranslateSource && random.Chance(0.4))
        {
            return Source(scope, protocol);
        }

        return random.Next(14) switch
        {
            0 or 1 => "accept",
            2 => "drop",
            3 => scope.MayReject ? Reject(protocol) : "drop",
            4 => "return",
            5 => "continue",
            6 or 7 or 8 when names.Chains.Count > 0 => $"{random.Pick(["jump", "jump", "goto"])} {random.Pick(names.Chains)}",
            9 when protocol is null => $"{names.Ip} daddr . meta l4proto . th dport vmap @services",
            10 => Map(),
            _ => "",
        };
    }

    private string Map() => random.Next(4) switch
    {
        0 => $"{names.Ip} saddr vmap {{ {_pool.Networks[0]} : {Simple()}, {_pool.Networks[2]} : {Simple()} }}",
        1 => $"meta mark vmap {{ 0x0 : {Simple()}, 0x1-0xff : {Simple()} }}",
        2 => $"numgen random mod 3 vmap {{ 0 : {Simple()}, 1 : {Simple()}, 2 : {Simple()} }}",
        _ => $"ct state vmap {{ established : {Simple()}, new : {Simple()}, invalid : {Simple()} }}",
    };

    private string Simple() => names.Chains.Count > 0 && random.Chance(0.5)
        ? $"jump {random.Pick(names.Chains)}"
        : random.Pick(["accept", "drop", "return", "continue"]);

    private string Reject(string? protocol) => protocol == "tcp" && random.Chance(0.5) ? "reject with tcp reset"
        : names.IsInet ? random.Pick(["reject", "reject with icmpx port-unreachable", "reject with icmpx admin-prohibited", "reject with icmpx no-route", "reject with icmpx host-unreachable", names.Family == IPFamily.IPv4 ? "reject with icmp host-unreachable" : "reject with icmpv6 no-route"])
        : names.Family == IPFamily.IPv4 ? random.Pick(["reject", "reject with icmp host-unreachable", "reject with icmp net-unreachable", "reject with icmp admin-prohibited"])
        : random.Pick(["reject", "reject with icmpv6 no-route", "reject with icmpv6 admin-prohibited", "reject with icmpv6 addr-unreachable"]);

    private string Destination(string? protocol)
    {
        var to = names.IsInet ? $"dnat {names.Ip} to" : "dnat to";
        var pod = random.Pick(_pool.Pods);
        var hasPort = protocol is "tcp" or "udp" or "{ tcp, udp }" or "some";
        return random.Next(6) switch
        {
            0 when hasPort => $"{to} {pod.WithPort(8080)}",
            1 when protocol is null => $"meta l4proto {{ tcp, udp }} {to} {names.Ip} daddr . meta l4proto . th dport map @targets",
            2 when protocol is null => $"meta l4proto {{ tcp, udp }} {to} numgen random mod 3 map {{ 0 : {_pool.Pods[0]}, 1 : {_pool.Pods[1]}, 2 : {_pool.Pods[2]} }}",
            3 when hasPort => "redirect to :8080",
            4 when hasPort || protocol is null => $"{to} jhash {names.Ip} saddr . {names.Ip} daddr mod 2 seed 0xdeadbeef map {{ 0 : {_pool.Pods[0]}, 1 : {_pool.Pods[1]} }}",
            _ => $"{to} {pod}",
        };
    }

    private string Source(NftScope scope, string? protocol)
    {
        var to = names.IsInet ? $"snat {names.Ip} to" : "snat to";
        return random.Next(4) switch
        {
            0 when scope.Hook == Hook.Postrouting => "masquerade",
            1 when scope.Hook == Hook.Postrouting && protocol is "tcp" or "udp" => "masquerade fully-random",
            2 when scope.Hook == Hook.Postrouting => $"{names.Ip} daddr {random.Pick(_pool.Networks)} masquerade",
            _ => $"{to} {random.Pick(_pool.Node)}",
        };
    }
}
