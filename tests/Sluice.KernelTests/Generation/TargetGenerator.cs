using Sluice.Net;
using Sluice.Netfilter.Ipsets;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Rules.Statements;

namespace Sluice.KernelTests.Generation;

/// <summary>What a rule does; only what the kernel takes in its chain.</summary>
internal sealed class TargetGenerator(Random random, GeneratorOptions options, IpSetTable sets)
{
    private readonly AddressPool _pool = AddressPool.Of(options.Family);
    private readonly NatGenerator _nat = new(random, options);

    private bool IsSyntax => options.Profile == GenerationProfile.Syntax;

    private bool IsV4 => options.Family == IPFamily.IPv4;

    /// <summary>A statement, or null for a rule that only counts; and the protocol it needs the rule to ask for.</summary>
    public (Statement? Statement, L4Protocol? Protocol) Next(ChainPlan chain)
    {
        if (chain.Reachable.Count > 0 && random.Chance(chain.IsBase ? 0.5 : 0.35))
        {
            var target = random.Pick(chain.Reachable).Name;
            return (random.Chance(0.8) ? new Verdict.Jump(target) : new Verdict.Goto(target), null);
        }

        List<Func<(Statement?, L4Protocol?)>> choices = [() => (Verdict.Accept.Instance, null), () => (Mark(), null), () => (Mark(), null)];
        if (!chain.IsBase || random.Chance(0.3))
        {
            choices.Add(() => (Verdict.Return.Instance, null));
        }

        if (chain.Table != "nat" && random.Chance(0.6))
        {
            choices.Add(() => (Verdict.Drop.Instance, null));
        }

        choices.AddRange(chain.Table switch
        {
            "nat" => _nat.Choices(chain),
            "mangle" => Mangle(chain),
            "raw" => Raw(),
            "filter" => Filter(),
            _ => [],
        });
        choices.AddRange(Anywhere(chain));
        return random.Pick(choices)();
    }

    private IEnumerable<Func<(Statement?, L4Protocol?)>> Anywhere(ChainPlan chain)
    {
        yield return () => (ConnectionMark(), null);
        yield return () => (new Log { Prefix = random.Chance(0.5) ? "p: " : null, Level = random.Chance(0.3) ? (byte)7 : null, TcpOptions = random.Chance(0.3) }, null);
        yield return () => (null, null);
        if (!IsSyntax)
        {
            yield break;
        }

        yield return () => (new NetfilterLog { Group = (ushort)random.Next(5), Prefix = random.Chance(0.5) ? "a b" : null, Size = random.Chance(0.3) ? 64 : null }, null);
        yield return () => (new UpdateSets { Add = new SetKey(IsV4 ? "g4-ip" : "g6-ip", "src"), RenewsExisting = random.Chance(0.5) }, null);
        yield return () => (new UpdateSets { Delete = new SetKey(IsV4 ? "g4-port" : "g6-port", "dst,dst") }, null);
        yield return () => (new IdleTimer(60, $"t{random.Next(3)}", IsAlarm: false), null);
        yield return () => (new Audit(random.Pick(["accept", "drop", "reject"])), null);
        if (chain.Table != "nat")
        {
            var first = (ushort)random.Next(4);
            yield return () => (new Verdict.Queue(first, (ushort)(first + random.Next(3)), random.Chance(0.5), CpuFanout: false), null);
        }

        if (chain.Table is "mangle" or "security")
        {
            yield return () => (new CopySecurityMark(random.Chance(0.5)), null);
        }
    }

    private IEnumerable<Func<(Statement?, L4Protocol?)>> Filter()
    {
        string[] kinds = IsV4
            ? ["icmp-port-unreachable", "icmp-net-unreachable", "icmp-host-unreachable", "icmp-proto-unreachable", "icmp-net-prohibited", "icmp-host-prohibited", "icmp-admin-prohibited"]
            : ["icmp6-no-route", "icmp6-adm-prohibited", "icmp6-addr-unreachable", "icmp6-port-unreachable"];
        yield return () => (new Verdict.Reject(random.Pick(kinds)), null);
        yield return () => (new Verdict.Reject("tcp-reset"), L4Protocol.Tcp);
        if (random.Chance(0.3))
        {
            yield return () => (Verdict.Drop.Instance, null);
        }
    }

    private IEnumerable<Func<(Statement?, L4Protocol?)>> Mangle(ChainPlan chain)
    {
        var family = options.Family;
        yield return () => (new ChangeTtl(family, random.Pick([TtlOperation.Increment, TtlOperation.Decrement]), (byte)random.Between(1, 5)), null);
        yield return () => (new ChangeTtl(family, TtlOperation.Set, (byte)random.Between(8, 255)), null);
        yield return () => (new SetDscp((byte)random.Between(0, 63)), null);
        yield return () => (new SetTos((byte)random.Next(256), random.Pick<byte>([0xff, 0xff, 0x3f, 0xe0])), null);
        foreach (var set in sets.Sets.Where(s => s.HasPacketInfo))
        {
            yield return () => (new UpdateSets { Map = new SetKey(set.Name, IpSetGenerator.Ends(random, set)), MapsMark = true }, null);
        }

        if (!IsSyntax)
        {
            yield break;
        }

        yield return () => (new SetSegmentSize((ushort)random.Between(500, 1500)), L4Protocol.Tcp);
        yield return () => (new StripTcpOptions([3, 8]), L4Protocol.Tcp);
        yield return () => (new FillChecksum(), null);
        yield return () => (new Tee(random.Pick(_pool.Pods), random.Chance(0.5) ? "eth0" : null), null);
        if (IsV4)
        {
            yield return () => (random.Chance(0.5) ? new SetEcn { RemovesTcp = true } : new SetEcn { Ece = 1, CodePoint = 2 }, L4Protocol.Tcp);
        }

        if (chain.OnlyFrom(Hook.Forward, Hook.Output, Hook.Postrouting))
        {
            yield return () => (new SetPriority((ushort)random.Next(65536), (ushort)random.Next(65536)), null);
            yield return () => (new SetSegmentSize(Size: null), L4Protocol.Tcp);
        }

        if (chain.OnlyFrom(Hook.Prerouting))
        {
            yield return () => (new Verdict.TransparentProxy(random.Pick(AddressPool.Ports), random.Pick(_pool.Node), Masked()), random.Pick([L4Protocol.Tcp, L4Protocol.Udp]));
        }
    }

    private IEnumerable<Func<(Statement?, L4Protocol?)>> Raw()
    {
        yield return () => (new NoTrack(random.Chance(0.5)), null);
        if (!IsSyntax)
        {
            yield break;
        }

        yield return () => (TracePacket.Instance, null);
        yield return () => (new SetTracking { Zone = new TrackingZone((ushort)random.Between(1, 9), random.Pick(Enum.GetValues<ZoneDirection>())) }, null);
        yield return () => (new SetTracking { Zone = new TrackingZone(null, ZoneDirection.Both), Events = "new,destroy,mark" }, null);
        yield return () => (new SetTracking { ExpectationEvents = "new", IsExempt = random.Chance(0.2) }, null);
    }

    private SetMark Mark() => new(Masked());

    private MaskedValue Masked()
    {
        var bits = random.Pick(AddressPool.Marks);
        return random.Next(5) switch
        {
            0 => MaskedValue.Exactly(bits),
            1 => new(bits, 0),
            2 => new(0, bits),
            _ => new(bits, bits),
        };
    }

    private SetConnectionMark ConnectionMark()
    {
        if (random.Chance(0.3))
        {
            return SetConnectionMark.Set(Masked());
        }

        var mask = random.Pick([uint.MaxValue, 0xffu, 0x4000u]);
        return new SetConnectionMark(random.Pick([ConnectionMarkOperation.Save, ConnectionMarkOperation.Restore]))
        {
            ConnectionMask = mask,
            PacketMask = random.Chance(0.7) ? mask : 0xffff,
            Shift = random.Chance(0.15) ? random.Between(-4, 4) : 0,
        };
    }
}
