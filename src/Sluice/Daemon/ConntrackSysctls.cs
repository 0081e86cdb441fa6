using System.Globalization;
using Sluice.Linux;

namespace Sluice.Daemon;

/// <summary>
/// Gives the kernel its settings of connection tracking, once at the start, as kube-proxy does: what is to be left alone is not written, nor
/// what is right already; the hash table only grows. Where /proc/sys may not be written the proxy goes on with what there is.
/// </summary>
internal static class ConntrackSysctls
{
    private const string Prefix = "net.netfilter.nf_conntrack_";

    // Flows in one chain of the hash table, as kube-proxy has it.
    private const int FlowsPerBucket = 4;

    /// <summary>Applies settings to this network namespace; the number of flows and of buckets is the whole machine's.</summary>
    public static void Apply(ConntrackSettings settings, EventLog log) =>
        Apply(settings, Environment.ProcessorCount, name => Sysctl.Read(name), (name, value) => Sysctl.Write(name, value), log);

    internal static void Apply(
        ConntrackSettings settings, int cores, Func<string, SysctlResult> read, Func<string, string, SysctlResult> write, EventLog log)
    {
        var problems = new List<string>();
        var max = settings.MaxFor(cores);
        Set("max", max);
        if (max > 0 && Read("buckets") is { } buckets && buckets < max / FlowsPerBucket)
        {
            Set("buckets", max / FlowsPerBucket);
        }

        Set("tcp_timeout_established", SecondsOf(settings.TcpEstablishedTimeout));
        Set("tcp_timeout_close_wait", SecondsOf(settings.TcpCloseWaitTimeout));
        Set("tcp_be_liberal", settings.TcpBeLiberal ? 1 : 0);
        Set("udp_timeout", SecondsOf(settings.UdpTimeout));
        Set("udp_timeout_stream", SecondsOf(settings.UdpStreamTimeout));
        if (problems.Count > 0)
        {
            log.Warn("connection tracking keeps some of its settings", ("problem", string.Join("; ", problems)));
        }

        void Set(string name, int value)
        {
            if (value <= 0 || Read(name) == value)
            {
                return;
            }

            if (write(Prefix + name, value.ToString(CultureInfo.InvariantCulture)).Problem is { } problem)
            {
                problems.Add(problem);
            }
            else
            {
                log.Info("set", ("sysctl", Prefix + name), ("value", value));
            }
        }

        int? Read(string name) => int.TryParse(read(Prefix + name).Value, CultureInfo.InvariantCulture, out var value) ? value : null;
    }

    private static int SecondsOf(TimeSpan time) => (int)Math.Min(time.TotalSeconds, int.MaxValue);
}
