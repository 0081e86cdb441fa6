using System.Collections.Frozen;
using System.Text;
using Sluice.Net;
using Sluice.Netfilter.Iptables.Matches;
using Sluice.Netfilter.Iptables.Targets;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Rules.Matches;
using Sluice.Netfilter.Rules.Statements;
using Sluice.Netfilter.Text;

namespace Sluice.Netfilter.Iptables;

/// <summary>Every match module and target that is read into types of its own: the data table behind readers and writer.</summary>
internal static class SyntaxCatalog
{
    /// <summary>The match modules, in the order in which a listing tries them.</summary>
    public static readonly MatchSyntax[] Matches =
    [
        new CommentSyntax(),
        new TcpSyntax(),
        new UdpSyntax(),
        new MarkSyntax(),
        new StatisticSyntax(),
        new AddressTypeSyntax(),
        new ConntrackSyntax(),
        new StateSyntax(),
        new SetSyntax(),
        new IcmpSyntax(),
        new IcmpV6Syntax(),
        new SctpSyntax(),
        new MultiportSyntax(),
        new ConnmarkSyntax(),
        new RecentSyntax(),
        new LimitSyntax(),
        new PhysdevSyntax(),
        new AddressRangeSyntax(),
        new HashLimitSyntax(),
        new OwnerSyntax(),
        new MacSyntax(),
        new LengthSyntax(),
        new DscpSyntax(),
        new TosSyntax(),
        new TtlSyntax(),
        new HopLimitSyntax(),
        new StringSyntax(),
        new U32Syntax(),
        new ReversePathSyntax(),
        new AccountSyntax(),
        new SocketSyntax(),
        new IpvsSyntax(),
        new CgroupSyntax(),
        new PacketTypeSyntax(),
        new PolicySyntax(),
        new ConnectionLimitSyntax(),
        new ConnectionBytesSyntax(),
        .. OptionsCatalog.Modules,
    ];

    /// <summary>The targets.</summary>
    public static readonly TargetSyntax[] Targets =
    [
        new PlainTargetSyntax("ACCEPT", Verdict.Accept.Instance),
        new PlainTargetSyntax("DROP", Verdict.Drop.Instance),
        new PlainTargetSyntax("RETURN", Verdict.Return.Instance),
        new RejectSyntax(),
        new MarkTargetSyntax(),
        new NatSyntax("DNAT", NatKind.Destination, "--to-destination"),
        new NatSyntax("SNAT", NatKind.Source, "--to-source"),
        new PortTranslationSyntax("MASQUERADE", NatKind.Masquerade, "masq ports:"),
        new PortTranslationSyntax("REDIRECT", NatKind.Redirect, "redir ports"),
        new NetmapSyntax(),
        new ConnectionMarkSyntax(),
        new PlainTargetSyntax("NOTRACK", new NoTrack(IsCt: false)),
        new TrackingSyntax(),
        new LogSyntax(),
        new NetfilterLogSyntax(),
        new SetTargetSyntax(),
        new TransparentProxySyntax(),
        new QueueSyntax(),
        new PlainTargetSyntax("QUEUE", new Verdict.Queue(0, 0, Bypass: false, CpuFanout: false) { IsIpQueue = true }),
        new PlainTargetSyntax("TRACE", TracePacket.Instance),
        new SegmentSizeSyntax(),
        new TcpOptionsSyntax(),
        new TeeSyntax(),
        new TosTargetSyntax(),
        new DscpTargetSyntax(),
        new EcnTargetSyntax(),
        new TtlTargetSyntax("TTL", IPFamily.IPv4),
        new TtlTargetSyntax("HL", IPFamily.IPv6),
        new PrioritySyntax(),
        new ChecksumSyntax(),
        new AuditSyntax(),
        new IdleTimerSyntax(),
        new RateSyntax(),
        new SecurityMarkSyntax(),
        new CopySecurityMarkSyntax(),
    ];

    private static readonly Utf8Map<MatchSyntax> s_matches = ByName(Matches, m => m.Name);
    private static readonly Utf8Map<TargetSyntax> s_targets = ByName(Targets, t => t.Name);
    private static readonly FrozenDictionary<Type, MatchSyntax> s_byType =
        Matches.SelectMany(m => m.MatchTypes.Select(t => KeyValuePair.Create(t, m))).ToFrozenDictionary();

    /// <summary>The module of that name; null when it is not known.</summary>
    public static MatchSyntax? FindMatch(ReadOnlySpan<byte> name) => s_matches.TryGet(name, out var syntax) ? syntax : null;

    /// <summary>The target of that name; null when it is not known.</summary>
    public static TargetSyntax? FindTarget(ReadOnlySpan<byte> name) => s_targets.TryGet(name, out var syntax) ? syntax : null;

    /// <summary>The module that writes the match; null for the parts of the IP header, which have no module.</summary>
    public static MatchSyntax? WriterOf(Match match) => match is OptionsMatch options
        ? FindMatch(Encoding.ASCII.GetBytes(options.Module))
        : s_byType.GetValueOrDefault(match.GetType());

    /// <summary>The target that writes the statement; null for jumps and unknown targets.</summary>
    public static TargetSyntax? WriterOf(Statement statement) => Array.Find(Targets, t => t.CanWrite(statement));

    private static Utf8Map<T> ByName<T>(IEnumerable<T> items, Func<T, string> name)
        where T : class
    {
        var map = new Utf8Map<T>();
        foreach (var item in items)
        {
            var key = Encoding.ASCII.GetBytes(name(item));
            if (!map.TryGet(key, out _))
            {
                map.Add(key, item);
            }
        }

        return map;
    }
}
