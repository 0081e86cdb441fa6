using System.Diagnostics;
using System.Globalization;

namespace Sluice.Linux.Lab;

/// <summary>The sysctls of the lab's machines: quiet, without delays, without limits that a test would run into.</summary>
internal static class LabSettings
{
    /// <summary>Sets them. Before any link exists, so that links take over the defaults and addresses are never tentative.</summary>
    internal static void ApplyTo(NetworkNamespace space, bool isRouter)
    {
        List<(string Name, string Value)> settings =
        [
            ("net.ipv4.ip_forward", isRouter ? "1" : "0"),
            ("net.ipv6.conf.all.forwarding", isRouter ? "1" : "0"),

            // A refusal is an ICMP error, and many are expected at a time.
            ("net.ipv4.icmp_ratelimit", "0"),
            ("net.ipv4.icmp_ratemask", "0"),
            ("net.ipv4.icmp_msgs_per_sec", "1000000"),
            ("net.ipv4.icmp_msgs_burst", "1000000"),
            ("net.ipv6.icmp.ratelimit", "0"),
            ("net.ipv4.ip_local_port_range", "10240 65000"),
            ("net.core.somaxconn", "4096"),
        ];
        foreach (var scope in new[] { "all", "default" })
        {
            settings.Add(($"net.ipv4.conf.{scope}.rp_filter", "0"));
            settings.Add(($"net.ipv4.conf.{scope}.send_redirects", "0"));

            // A new namespace may take the machine's own. Node ports on loopback addresses need it: the proxy sets it.
            settings.Add(($"net.ipv4.conf.{scope}.route_localnet", "0"));
            settings.Add(($"net.ipv6.conf.{scope}.accept_dad", "0"));
            settings.Add(($"net.ipv6.conf.{scope}.dad_transmits", "0"));
            settings.Add(($"net.ipv6.conf.{scope}.accept_ra", "0"));
            settings.Add(($"net.ipv6.conf.{scope}.router_solicitations", "0"));
            settings.Add(($"net.ipv6.conf.{scope}.autoconf", "0"));
        }

        foreach (var (name, value) in settings)
        {
            _ = space.Sysctl(name, value);
        }
    }

    /// <summary>
    /// Waits until every IPv6 address can be used: the kernel finishes them in the background, and a first packet that finds its
    /// neighbour's address unfinished waits a second.
    /// </summary>
    /// <exception cref="LabException">One is still tentative after ten seconds.</exception>
    internal static void AwaitAddresses(NetworkNamespace space)
    {
        var started = Stopwatch.GetTimestamp();
        while (space.Run(HasTentative))
        {
            if (Stopwatch.GetElapsedTime(started) > TimeSpan.FromSeconds(10))
            {
                throw new LabException("IPv6 addresses stay tentative");
            }

            Thread.Yield();
        }
    }

    // The fifth column is the flags of include/uapi/linux/if_addr.h: 0x40 is IFA_F_TENTATIVE.
    private static bool HasTentative() => File.ReadLines("/proc/thread-self/net/if_inet6")
        .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        .Any(words => (int.Parse(words[4], NumberStyles.HexNumber, CultureInfo.InvariantCulture) & 0x40) != 0);
}
