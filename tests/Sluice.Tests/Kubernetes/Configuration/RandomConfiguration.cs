using Sluice.Kubernetes.Configuration;
using Sluice.Net;

namespace Sluice.Tests.Kubernetes.Configuration;

/// <summary>Configurations in which any field may have any value that a file can say.</summary>
internal static class RandomConfiguration
{
    private static readonly string[] s_texts = ["", "a", "node-7", "/etc/kube proxy/x.conf", "yes", "0x10", "null", "it's \"#: {x}", "-", "ÅΩ", "12e3", "1:30", "~", "- a", "=", "*x", "&y", "|", "trailing ", "2001-01-01"];

    public static ProxyConfiguration Next(Random random)
    {
        var bind = Address(random);
        return new ProxyConfiguration
        {
            FeatureGates = Maybe(random, () => (string[])["MultiCIDRServiceAllocator", "A", "yes"])
                ?.Select(n => KeyValuePair.Create(n, random.Next(2) == 0)).OrderBy(g => g.Key, StringComparer.Ordinal).ToEquatableArray() ?? [],
            ClientConnection = new ClientConnectionConfiguration
            {
                Kubeconfig = Text(random),
                AcceptContentTypes = Text(random),
                ContentType = Text(random) is { Length: > 0 } type ? type : "application/json",
                Qps = random.Next(3) == 0 ? 5 : (random.NextSingle() * 100) - 1,
                Burst = random.Next(1, 1000),
            },
            Logging = new LoggingConfiguration
            {
                Format = (LogFormat)random.Next(2),
                FlushFrequency = Period(random),
                Verbosity = random.Next(3),
                Vmodule = Enumerable.Range(0, random.Next(3)).Select(i => new ModuleVerbosity($"pro*{i}", random.Next(9))).ToEquatableArray(),
                Text = Stream(random),
                Json = Stream(random),
            },
            HostnameOverride = random.Next(2) == 0 ? "" : $"node-{random.Next(9)}.example",
            BindAddress = bind,
            HealthzBindAddress = Listen(random),
            MetricsBindAddress = Listen(random),
            BindAddressHardFail = Bit(random),
            EnableProfiling = Bit(random),
            ShowHiddenMetricsForVersion = Bit(random) ? "" : $"1.{random.Next(40)}",
            Mode = (RoutingMode)random.Next(4),
            Iptables = new IptablesConfiguration
            {
                MasqueradeBit = random.Next(32),
                MasqueradeAll = Bit(random),
                LocalhostNodePorts = Bit(random),
                SyncPeriod = TimeSpan.FromSeconds(30) + Period(random),
                MinSyncPeriod = Small(random),
            },
            Ipvs = new IpvsConfiguration
            {
                SyncPeriod = TimeSpan.FromSeconds(30) + Period(random),
                MinSyncPeriod = Small(random),
                Scheduler = Text(random),
                ExcludeCidrs = Ranges(random, 3),
                StrictArp = Bit(random),
                TcpTimeout = Period(random),
                TcpFinTimeout = Period(random),
                UdpTimeout = Period(random),
            },
            Nftables = new NftablesConfiguration
            {
                MasqueradeBit = random.Next(32),
                MasqueradeAll = Bit(random),
                SyncPeriod = TimeSpan.FromSeconds(30) + Period(random),
                MinSyncPeriod = Small(random),
            },
            Winkernel = new WinkernelConfiguration
            {
                NetworkName = Text(random),
                SourceVip = Text(random),
                EnableDsr = Bit(random),
                RootHnsEndpointName = Text(random),
                ForwardHealthCheckVip = Bit(random),
            },
            DetectLocalMode = (DetectLocalMode)random.Next(4),
            DetectLocal = new DetectLocalConfiguration { BridgeInterface = $"cni{random.Next(3)}", InterfaceNamePrefix = $"veth{random.Next(3)}" },
            ClusterCidr = Ranges(random, 3) is { Count: > 0 } one && Bit(random) ? [one[0]] : [Prefix.Parse("10.244.0.0/16"), Prefix.Parse("fd00:244::/48")],
            NodePortAddresses = random.Next(3) switch
            {
                0 => NodePortAddresses.Unset,
                1 => NodePortAddresses.Primary,
                _ => NodePortAddresses.Within(Ranges(random, 4)),
            },
            OomScoreAdj = random.Next(-1000, 1001),
            Conntrack = new ConntrackConfiguration
            {
                MaxPerCore = random.Next(3) * 1000,
                Min = random.Next(3) * 1000,
                TcpEstablishedTimeout = Small(random),
                TcpCloseWaitTimeout = Period(random),
                TcpBeLiberal = Bit(random),
                UdpTimeout = Period(random),
                UdpStreamTimeout = Period(random),
            },
            ConfigSyncPeriod = Period(random),
            PortRange = Text(random),
            WindowsRunAsService = Bit(random),
        };
    }

    private static bool Bit(Random random) => random.Next(2) == 0;

    private static string Text(Random random) => s_texts[random.Next(s_texts.Length)];

    private static T? Maybe<T>(Random random, Func<T> make)
        where T : class => Bit(random) ? null : make();

    // From 100 ns, the shortest that is told apart, to days.
    private static TimeSpan Period(Random random) => TimeSpan.FromTicks(1 + (long)Math.Pow(10, random.NextDouble() * 12.5));

    private static TimeSpan Small(Random random) => TimeSpan.FromTicks(1 + random.Next(200_000_000));

    private static NetAddress Address(Random random) => NetAddress.Parse(((string[])["0.0.0.0", "192.0.2.7", "2001:db8::7", "::"])[random.Next(4)]);

    private static ListenAddress Listen(Random random) => new(Address(random), random.Next(1, 1000));

    private static LogStreamConfiguration Stream(Random random) => new() { SplitStream = Bit(random), InfoBufferSize = ((string[])["0", "64Ki", "1.5M"])[random.Next(3)] };

    private static EquatableArray<Prefix> Ranges(Random random, int most) => Enumerable.Range(0, random.Next(1, most + 1))
        .Select(_ => Prefix.Of(NetAddress.V4((uint)random.Next()), random.Next(1, 33)))
        .Select((p, i) => i == 1 ? Prefix.Parse("2001:db8:7::/64") : p)
        .ToEquatableArray();
}
