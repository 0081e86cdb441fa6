using System.Globalization;
using System.Text;
using Sluice.Net;

namespace Sluice.KernelTests.Routing;

/// <summary>A node with random addresses, routes and rules, as the commands that make it; and packets to ask about.</summary>
/// <param name="seed">The same seed makes the same node.</param>
internal sealed class RandomRoutes(int seed)
{
    private static readonly int[] s_lengthsV4 = [0, 8, 12, 16, 20, 24, 28, 32];
    private static readonly int[] s_lengthsV6 = [0, 32, 40, 48, 56, 64, 96, 128];
    private static readonly string[] s_tables = ["main", "main", "main", "77", "78", "default", "local"];
    private static readonly string[] s_errors = ["unreachable", "blackhole", "prohibit", "throw"];

    private readonly Random _random = new(seed);
    private readonly List<string> _addresses = [];

    public string[] Devices { get; } = ["eth0", "eth1", "eth2", "br0"];

    /// <summary>The shell commands; those that the kernel refuses are left out by it.</summary>
    public string Setup()
    {
        var script = new StringBuilder("""
            cd /proc/sys/net
            echo 1 > ipv4/ip_forward; echo 1 > ipv6/conf/all/forwarding
            for c in all default; do echo 0 > ipv4/conf/$c/rp_filter; echo 1 > ipv4/conf/$c/accept_local; echo 0 > ipv6/conf/$c/accept_dad; done
            ip link set lo up
            for i in 0 1 2; do ip link add eth$i type veth peer name peer$i; ip link set peer$i up; ip link set eth$i up; done
            ip link add br0 type bridge; ip link set br0 up

            """);
        foreach (var device in Devices)
        {
            for (var n = _random.Next(1, 4); n > 0; n--)
            {
                AddAddress(script, device);
            }
        }

        for (var n = _random.Next(15, 50); n > 0; n--)
        {
            var family = Family();
            script.AppendLine($"ip {Flag(family)} route add {Route(family)}");
        }

        // Without a rule of one's own IPv4 keeps local and main in one trie: that is a case, too.
        for (var n = seed % 3 == 0 ? 0 : _random.Next(1, 10); n > 0; n--)
        {
            var family = Family();
            script.AppendLine($"ip {Flag(family)} rule add {Rule(family)}");
        }

        return script.Append("sleep 0.2\n").ToString();
    }

    /// <summary>A packet; a source only where the kernel accepts it.</summary>
    public RandomPacket Packet()
    {
        var family = Family();
        var kind = _random.Next(10);
        var destination = kind == 0 && family == IPFamily.IPv4
            ? Pick(["224.0.0.5", "239.1.2.3", "255.255.255.255", "127.0.0.1", "127.9.9.9"])
            : kind <= 3 ? OwnAddress(family) : Address(family);
        var mark = _random.Next(3) == 0 ? (uint)_random.Next(1, 8) : 0;
        var isSpecial = kind == 0 && family == IPFamily.IPv4;
        return _random.Next(4) switch
        {
            0 => new RandomPacket(destination, mark, null, null, Pick(Devices)),
            1 => new RandomPacket(destination, mark, OwnAddress(family), null, null),
            2 when !isSpecial => new RandomPacket(destination, mark, family == IPFamily.IPv4 ? $"203.0.113.{_random.Next(1, 255)}" : Address(family), Pick(Devices), null),
            _ => new RandomPacket(destination, mark, null, null, null),
        };
    }

    private void AddAddress(StringBuilder script, string device)
    {
        var family = Family();
        var address = Address(family);
        var length = family == IPFamily.IPv4 ? Pick([16, 24, 24, 28, 30, 31, 32]) : Pick([64, 64, 96, 128]);
        var extra = family == IPFamily.IPv6 ? Pick(["nodad", "nodad", "nodad preferred_lft 0"]) : Pick(["", "", "brd +", "scope link", "scope host"]);
        _addresses.Add(address);
        script.AppendLine($"ip addr add {address}/{length} {extra} dev {device}");
        if (family == IPFamily.IPv4 && _random.Next(3) == 0 && length < 30)
        {
            var second = NetAddress.Parse(address);
            second = second with { Bits = second.Bits ^ 2 };
            _addresses.Add(second.ToString());
            script.AppendLine($"ip addr add {second}/{length} dev {device}");
        }
    }

    private string Route(IPFamily family)
    {
        var prefix = Prefix(family);
        var table = Pick(s_tables);
        var metric = _random.Next(3) == 0 ? $" metric {_random.Next(1, 5)}" : "";
        var tail = $" table {table}{metric}";
        return _random.Next(12) switch
        {
            0 => $"{Pick(s_errors)} {prefix}{tail}",
            1 => $"local {prefix} dev {Pick([.. Devices, "lo"])} table local",
            2 or 3 when family == IPFamily.IPv4 => $"{prefix}{tail} nexthop {Hop(family)} weight {_random.Next(1, 4)} nexthop {Hop(family)}",
            2 or 3 => $"{prefix}{tail} nexthop {Hop(family)} nexthop {Hop(family)}",
            4 => $"{prefix} dev {Pick(Devices)}{tail} src {OwnAddress(family)}",
            5 when family == IPFamily.IPv6 => $"{prefix} from {Prefix(family)} {Hop(family)}{tail}",
            5 => $"{prefix} tos 0x10 dev {Pick(Devices)}{tail}",
            6 or 7 => $"{prefix} dev {Pick(Devices)}{tail}",
            8 when family == IPFamily.IPv6 => $"{prefix} {Hop(family)}{tail} pref {Pick(["low", "medium", "high"])}",
            _ => $"{prefix} {Hop(family)}{tail}",
        };
    }

    private string Rule(IPFamily family)
    {
        var criteria = new StringBuilder(_random.Next(6) == 0 ? "not " : "");
        criteria.Append(_random.Next(6) switch
        {
            0 => $"from {Prefix(family)}",
            1 => $"to {Prefix(family)}",
            2 => $"fwmark {_random.Next(1, 8)}/{_random.Next(1, 8)}",
            3 => $"fwmark {_random.Next(1, 8)}",
            4 => $"iif {Pick([.. Devices, "lo", "gone0"])}",
            _ => $"oif {Pick(Devices)}",
        });
        return $"{criteria} {_random.Next(8) switch
        {
            0 => Pick(["unreachable", "blackhole", "prohibit"]),
            1 => $"goto {Pick(["32766", "32767"])}",
            2 => $"lookup main suppress_prefixlength {_random.Next(0, 17)}",
            _ => $"lookup {Pick(["77", "78", "79", "main"])}",
        }} pref {_random.Next(1, 30000)}";
    }

    private string Hop(IPFamily family) => family == IPFamily.IPv4
        ? $"via {Address(family)} dev {Pick(Devices)} onlink"
        : $"via fe80::{_random.Next(1, 9999)} dev {Pick(Devices)}";

    private string Prefix(IPFamily family) =>
        Sluice.Net.Prefix.Of(NetAddress.Parse(Address(family)), Pick(family == IPFamily.IPv4 ? s_lengthsV4 : s_lengthsV6)).ToCidrString();

    // Few values per byte, so that prefixes contain each other and destinations hit them.
    private string Address(IPFamily family) => family == IPFamily.IPv4
        ? $"10.{_random.Next(4)}.{_random.Next(4)}.{_random.Next(1, 20)}"
        : string.Create(CultureInfo.InvariantCulture, $"{Pick(["2001:db8", "2001:db8", "fd00:1"])}:{_random.Next(3):x}:{_random.Next(3):x}::{_random.Next(1, 9):x}");

    private string OwnAddress(IPFamily family)
    {
        var own = _addresses.Where(a => NetAddress.Parse(a).Family == family).ToArray();
        return own.Length == 0 ? Address(family) : Pick(own);
    }

    private IPFamily Family() => _random.Next(2) == 0 ? IPFamily.IPv4 : IPFamily.IPv6;

    private static string Flag(IPFamily family) => family == IPFamily.IPv4 ? "-4" : "-6";

    private T Pick<T>(T[] items) => items[_random.Next(items.Length)];
}

/// <summary>A packet to ask about, and how <c>ip route get</c> is asked about it.</summary>
internal sealed record RandomPacket(string Destination, uint Mark, string? Source, string? In, string? Out)
{
    public override string ToString() =>
        Destination + (Source is null ? "" : $" from {Source}") + (In is null ? "" : $" iif {In}") + (Out is null ? "" : $" oif {Out}") +
        (Mark == 0 ? "" : $" mark {Mark}");
}
