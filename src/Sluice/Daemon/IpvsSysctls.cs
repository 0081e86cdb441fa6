using System.Globalization;
using Sluice.Linux;

namespace Sluice.Daemon;

/// <summary>
/// Gives the kernel its settings of IPVS mode, as kube-proxy does. What is right already is not written, so a proxy that may not write /proc/sys
/// runs where <c>--init-only</c> was before it.
/// </summary>
internal static class IpvsSysctls
{
    private const string Conntrack = "net.ipv4.vs.conntrack";

    // From here on the kernel handles ports that come again itself, and a 0 would keep clients from other endpoints (kubernetes#93297).
    private static readonly Version s_handlesReuse = new(5, 9);

    /// <summary>Has IPVS tell connection tracking of its connections: without that nothing is masqueraded.</summary>
    /// <exception cref="CommandFailure">It is not so, and cannot be made so.</exception>
    public static void Require(EventLog log) => Require(name => Sysctl.Read(name), (name, value) => Sysctl.Write(name, value), log);

    /// <summary>Applies the others to this network namespace; what cannot be set is told, and routing goes on.</summary>
    /// <param name="strictArp">Whether the node answers ARP only for addresses of the interface that is asked.</param>
    /// <param name="log">Where to tell.</param>
    public static void Apply(bool strictArp, EventLog log) => Apply(strictArp, name => Sysctl.Read(name), (name, value) => Sysctl.Write(name, value), log);

    internal static void Require(Func<string, SysctlResult> read, Func<string, string, SysctlResult> write, EventLog log)
    {
        if (Set(Conntrack, 1, read, write, log) is { } problem)
        {
            throw new CommandFailure($"IPVS mode cannot masquerade: {problem}");
        }
    }

    internal static void Apply(bool strictArp, Func<string, SysctlResult> read, Func<string, string, SysctlResult> write, EventLog log)
    {
        var problems = Settings(strictArp, read).Select(s => Set(s.Name, s.Value, read, write, log)).OfType<string>().ToList();
        if (problems.Count > 0)
        {
            log.Warn("the kernel keeps some settings that IPVS mode should have", ("problem", string.Join("; ", problems)));
        }
    }

    private static IEnumerable<(string Name, int Value)> Settings(bool strictArp, Func<string, SysctlResult> read)
    {
        if (VersionOf(read("kernel.osrelease").Value) < s_handlesReuse)
        {
            yield return ("net.ipv4.vs.conn_reuse_mode", 0);
        }

        // A connection whose endpoint is gone ends with its next packet, and a client that stays with one that drains gets another.
        yield return ("net.ipv4.vs.expire_nodest_conn", 1);
        yield return ("net.ipv4.vs.expire_quiescent_template", 1);
        yield return ("net.ipv4.ip_forward", 1);
        if (strictArp)
        {
            yield return ("net.ipv4.conf.all.arp_ignore", 1);
            yield return ("net.ipv4.conf.all.arp_announce", 2);
        }
    }

    // Null for done.
    private static string? Set(string name, int value, Func<string, SysctlResult> read, Func<string, string, SysctlResult> write, EventLog log)
    {
        var text = value.ToString(CultureInfo.InvariantCulture);
        var (now, problem) = read(name);
        if (problem is not null || now == text)
        {
            return problem;
        }

        problem = write(name, text).Problem;
        if (problem is null)
        {
            log.Info("set", ("sysctl", name), ("value", value));
        }

        return problem;
    }

    // "6.1.0-13-amd64": the first two numbers. What cannot be read is taken for a new one.
    private static Version VersionOf(string? release) =>
        release?.Split('.') is [var major, var minor, ..]
        && int.TryParse(major, NumberStyles.None, CultureInfo.InvariantCulture, out var first)
        && int.TryParse(new string([.. minor.TakeWhile(char.IsAsciiDigit)]), NumberStyles.None, CultureInfo.InvariantCulture, out var second)
            ? new Version(first, second)
            : s_handlesReuse;
}
