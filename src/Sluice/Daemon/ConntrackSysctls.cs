using System.Globalization;
using Sluice.Kubernetes.Configuration;
using Sluice.Linux;

namespace Sluice.Daemon;

/// <summary>
/// Gives the kernel its settings of connection tracking, once at the start, as kube-proxy does: what is to be left alone is not written, nor
/// what is right already; the hash table only grows. Where /proc/sys may not be written the proxy goes on with what there is.
/// </summary>
internal static class ConntrackSysctls
{
    private const string Prefix = "net.netfilter.nf_conntrack_";

    // More takes much memory on machines with many cores (as kube-proxy since 1.36).
    private const int MostByCores = 1_048_576;

    // Flows in one chain of the hash table, as kube-proxy has it.
    private const int FlowsPerBucket = 4;

    /// <summary>How many flows there may be; 0 leaves the kernel's limit alone.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="cores">How many cores the machine has.</param>
    public static int MostFlows(ConntrackConfiguration settings, int cores) =>
        settings.MaxPerCore <= 0 ? 0
        : (long)settings.MaxPerCore * cores is var byCores && byCores > MostByCores ? MostByCores
        : Math.Max((int)byCores, settings.Min);

    /// <summary>Applies settings to this network namespace; the number of flows and of buckets is the whole machine's.</summary>
    public static void Apply(ConntrackConfiguration settings, EventLog log) =>
        Apply(settings, Environment.ProcessorCount, name => Sysctl.Read(name), (name, value) => Sysctl.Write(name, value), log);

    internal static void Apply(
        ConntrackConfiguration settings, int cores, Func<string, SysctlResult> read, Func<string, string, SysctlResult> write, EventLog log)
    {
        var problems = new List<string>();
        var max = MostFlows(settings, cores);
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
