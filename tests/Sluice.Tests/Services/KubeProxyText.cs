using System.Globalization;
using System.Text;

namespace Sluice.Tests.Services;

/// <summary>Makes random rules in the form of kube-proxy 1.24 and later, as iptables-save prints them.</summary>
internal sealed class KubeProxyText(int seed)
{
    private readonly Random _random = new(seed);
    private readonly StringBuilder _nat = new();
    private readonly StringBuilder _filter = new();

    public const string PodNetwork = "10.0.0.0/8";

    public string Write(int services)
    {
        _nat.Append("-A PREROUTING -m comment --comment \"kubernetes service portals\" -j KUBE-SERVICES\n");
        _nat.Append("-A OUTPUT -m comment --comment \"kubernetes service portals\" -j KUBE-SERVICES\n");
        _nat.Append("-A POSTROUTING -m comment --comment \"kubernetes postrouting rules\" -j KUBE-POSTROUTING\n");
        _nat.Append("-A KUBE-MARK-MASQ -j MARK --set-xmark 0x4000/0x4000\n");
        _nat.Append("-A KUBE-POSTROUTING -m mark ! --mark 0x4000/0x4000 -j RETURN\n");
        _nat.Append("-A KUBE-POSTROUTING -j MARK --set-xmark 0x4000/0x0\n");
        _nat.Append("-A KUBE-POSTROUTING -j MASQUERADE\n");
        _filter.Append("-A FORWARD -m conntrack --ctstate NEW -j KUBE-SERVICES\n");
        _filter.Append("-A FORWARD -m conntrack --ctstate NEW -j KUBE-EXTERNAL-SERVICES\n");
        for (var i = 0; i < services; i++)
        {
            WriteService(i);
        }

        _nat.Append("-A KUBE-SERVICES -m addrtype --dst-type LOCAL -j KUBE-NODEPORTS\n");
        return Cases.Save(_nat.ToString(), _filter.ToString());
    }

    private void WriteService(int index)
    {
        var name = $"ns{index % 3}/svc{index}{(_random.Next(2) == 0 ? ":web" : "")}";
        var protocol = new[] { "tcp", "udp", "sctp" }[_random.Next(3)];
        var port = string.Create(CultureInfo.InvariantCulture, $"-p {protocol} -m comment --comment \"{name} ROLE\" -m {protocol} --dport {80 + index}");
        var hash = $"{index:D16}";
        var endpoints = new[] { 0, 1, 2, 3, 5, 7, 12 }[_random.Next(7)];
        var local = _random.Next(endpoints + 1);
        var hasComments = _random.Next(2) == 0;
        var affinity = _random.Next(4) == 0;
        var isExternal = _random.Next(2) == 0;
        var isLocal = _random.Next(2) == 0;
        var vip = $"172.30.0.{index + 1}";
        var balancer = $"198.18.0.{index + 1}";
        if (endpoints == 0)
        {
            _filter.Append($"-A KUBE-SERVICES -d {vip}/32 {port.Replace("ROLE", "has no endpoints", StringComparison.Ordinal)} -j REJECT --reject-with icmp-port-unreachable\n");
            return;
        }

        var isInternalLocal = local > 0 && _random.Next(4) == 0;
        _nat.Append($"-A KUBE-SERVICES -d {vip}/32 {port.Replace("ROLE", "cluster IP", StringComparison.Ordinal)} -j KUBE-{(isInternalLocal ? "SVL" : "SVC")}-{hash}\n");
        _nat.Append($"-A KUBE-SVC-{hash} ! -s {PodNetwork} -d {vip}/32 {port.Replace("ROLE", "cluster IP", StringComparison.Ordinal)} -j KUBE-MARK-MASQ\n");
        if (isExternal)
        {
            _nat.Append($"-A KUBE-SERVICES -d {balancer}/32 {port.Replace("ROLE", "loadbalancer IP", StringComparison.Ordinal)} -j KUBE-EXT-{hash}\n");
            _nat.Append($"-A KUBE-NODEPORTS -p {protocol} -m comment --comment \"{name}\" -m {protocol} --dport {30000 + index} -j KUBE-EXT-{hash}\n");
            WriteExternal(name, hash, isLocal, local);
        }

        if (isInternalLocal || (isExternal && isLocal && local > 0))
        {
            WriteBalancing($"KUBE-SVL-{hash}", name, hash, local, affinity: false, hasComments: true);
        }

        WriteBalancing($"KUBE-SVC-{hash}", name, hash, endpoints, affinity, hasComments);
        for (var e = 0; e < endpoints; e++)
        {
            _nat.Append($"-A KUBE-SEP-{hash[4..]}{e:D4} -s 10.0.{index}.{e + 1}/32 -m comment --comment \"{name}\" -j KUBE-MARK-MASQ\n");
            _nat.Append($"-A KUBE-SEP-{hash[4..]}{e:D4} -p {protocol} -m comment --comment \"{name}\"{(affinity ? $" -m recent --set --name KUBE-SEP-{hash[4..]}{e:D4} --mask 255.255.255.255 --rsource" : "")} -m {protocol} -j DNAT --to-destination 10.0.{index}.{e + 1}:8080\n");
        }
    }

    private void WriteExternal(string name, string hash, bool isLocal, int local)
    {
        if (!isLocal)
        {
            _nat.Append($"-A KUBE-EXT-{hash} -m comment --comment \"masquerade traffic for {name} external destinations\" -j KUBE-MARK-MASQ\n");
            _nat.Append($"-A KUBE-EXT-{hash} -j KUBE-SVC-{hash}\n");
            return;
        }

        _nat.Append($"-A KUBE-EXT-{hash} -s {PodNetwork} -m comment --comment \"pod traffic for {name} external destinations\" -j KUBE-SVC-{hash}\n");
        _nat.Append($"-A KUBE-EXT-{hash} -m comment --comment \"masquerade LOCAL traffic for {name} external destinations\" -m addrtype --src-type LOCAL -j KUBE-MARK-MASQ\n");
        _nat.Append($"-A KUBE-EXT-{hash} -m comment --comment \"route LOCAL traffic for {name} external destinations\" -m addrtype --src-type LOCAL -j KUBE-SVC-{hash}\n");
        if (local > 0)
        {
            _nat.Append($"-A KUBE-EXT-{hash} -j KUBE-SVL-{hash}\n");
        }
    }

    private void WriteBalancing(string chain, string name, string hash, int endpoints, bool affinity, bool hasComments)
    {
        for (var e = 0; affinity && e < endpoints; e++)
        {
            _nat.Append($"-A {chain} -m comment --comment \"{name} -> endpoint {e}\" -m recent --rcheck --seconds 10800 --reap --name KUBE-SEP-{hash[4..]}{e:D4} --mask 255.255.255.255 --rsource -j KUBE-SEP-{hash[4..]}{e:D4}\n");
        }

        for (var e = 0; e < endpoints; e++)
        {
            var comment = hasComments ? $" -m comment --comment \"{name} -> 10.0.0.{e + 1}:8080\"" : "";
            var chance = e == endpoints - 1 ? "" : string.Create(CultureInfo.InvariantCulture, $" -m statistic --mode random --probability {1.0 / (endpoints - e):F10}");
            _nat.Append($"-A {chain}{comment}{chance} -j KUBE-SEP-{hash[4..]}{e:D4}\n");
        }
    }
}
