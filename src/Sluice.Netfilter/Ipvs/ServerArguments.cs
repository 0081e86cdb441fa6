using System.Globalization;
using System.Text;
using Sluice.Net;

namespace Sluice.Netfilter.Ipvs;

/// <summary>The options of a call of ipvsadm that makes or changes a virtual or real server.</summary>
internal sealed class ServerArguments
{
    // Without a number, -p is as long as this.
    private const int UsualPersistence = 300;

    private L4Protocol? _protocol;
    private string _mask = "";

    /// <summary>The text of the virtual server's address or mark; empty when it was not given.</summary>
    public string Service { get; private set; } = "";

    /// <summary>The text of the real server's address; null when it was not given.</summary>
    public string? Real { get; private set; }

    /// <summary>Whether <c>-6</c> was given, which a mark needs for IPv6.</summary>
    public bool IsV6 { get; private set; }

    public string Scheduler { get; private set; } = "wlc";

    public SchedulerFlags SchedulerFlags { get; private set; }

    public int? Persistence { get; private set; }

    public string? Engine { get; private set; }

    public bool SchedulesEachPacket { get; private set; }

    /// <summary>What was said of the real server, its address left open.</summary>
    public RealServerDraft RealOptions { get; private set; } = new(default, 0) { Method = ForwardingMethod.DirectRouting, Weight = 1, KnowsTunnel = true };

    /// <summary>What is wrong; null when nothing is.</summary>
    public string? Problem { get; private set; }

    public static ServerArguments Parse(IEnumerable<string> words)
    {
        var arguments = new ServerArguments();
        var queue = new Queue<string>(words.SelectMany(w =>
            w.StartsWith("--", StringComparison.Ordinal) && w.IndexOf('=', StringComparison.Ordinal) is > 2 and var equals ? [w[..equals], w[(equals + 1)..]] : (string[])[w]));
        while (queue.TryDequeue(out var word))
        {
            arguments.Take(word, queue);
        }

        return arguments;
    }

    /// <summary>The key of the virtual server; null when it cannot be read.</summary>
    public VirtualServerKey? Key() => _protocol switch
    {
        { } protocol => ServerAddress.Read(Encoding.UTF8.GetBytes(Service)) is var (address, port) ? new VirtualServerKey.Address(protocol, address, port) : null,
        null => Mark(Service) is { } mark ? new VirtualServerKey.Mark(IsV6 ? IPFamily.IPv6 : IPFamily.IPv4, mark) : null,
    };

    /// <summary>How many bits of a client's address count; null for all.</summary>
    public int? PersistenceLength(IPFamily family)
    {
        var length = MaskLength(_mask, family);
        Problem ??= length is null && _mask.Length > 0 ? $"mask {_mask} has no prefix length: every client is taken for itself" : null;
        return Partial(length, family);
    }

    /// <summary>A number of bits of an address; null when they are all.</summary>
    public static int? Partial(int? length, IPFamily family) => length == (family == IPFamily.IPv4 ? 32 : 128) ? null : length;

    /// <summary>A mark as ipvsadm takes it, and as it prints those above 2^31 - 1; null when it is none.</summary>
    public static uint? Mark(string text) =>
        uint.TryParse(text, NumberStyles.None, null, out var mark) ? mark
        : int.TryParse(text, NumberStyles.AllowLeadingSign, null, out var negative) ? unchecked((uint)negative)
        : null;

    /// <summary>The prefix length of a netmask, or the length itself as IPv6 has it; null when it is none.</summary>
    public static int? MaskLength(string text, IPFamily family) =>
        family == IPFamily.IPv4
            ? NetAddress.TryParse(text, out var mask) && mask.Family == family && Prefix.WithMask(mask, mask.Bits).Length is >= 0 and var length ? length : null
            : int.TryParse(text, NumberStyles.None, null, out var bits) && bits <= 128 ? bits : null;

    private void Take(string word, Queue<string> rest)
    {
        if (TakeFlag(word))
        {
            return;
        }

        if (word is "-p" or "--persistent")
        {
            // Its number of seconds is optional.
            Persistence = rest.TryPeek(out var next) && int.TryParse(next, NumberStyles.None, null, out var seconds) && rest.TryDequeue(out _) ? seconds : UsualPersistence;
            return;
        }

        if (!rest.TryDequeue(out var value) || !(TakeService(word, value) || TakeReal(word, value)))
        {
            Problem ??= $"'{$"{word} {value}".Trim()}' is not understood";
        }
    }

    private bool TakeFlag(string word)
    {
        RealServerDraft? real = word switch
        {
            "-m" or "--masquerading" => RealOptions with { Method = ForwardingMethod.Masquerading },
            "-g" or "--gatewaying" => RealOptions with { Method = ForwardingMethod.DirectRouting },
            "-i" or "--ipip" => RealOptions with { Method = ForwardingMethod.Tunneling },
            "--tun-nocsum" => RealOptions,
            "--tun-csum" => WithTunnel(t => t with { Checksum = TunnelChecksum.Whole }),
            "--tun-remcsum" => WithTunnel(t => t with { Checksum = TunnelChecksum.Remote }),
            _ => null,
        };
        RealOptions = real ?? RealOptions;
        IsV6 |= word is "-6" or "--ipv6";
        SchedulesEachPacket |= word is "-o" or "--ops";
        return real is not null || word is "-6" or "--ipv6" or "-o" or "--ops";
    }

    private bool TakeService(string word, string value)
    {
        switch (word)
        {
            case "-t" or "--tcp-service":
                (_protocol, Service) = (L4Protocol.Tcp, value);
                return true;
            case "-u" or "--udp-service":
                (_protocol, Service) = (L4Protocol.Udp, value);
                return true;
            case "--sctp-service":
                (_protocol, Service) = (L4Protocol.Sctp, value);
                return true;
            case "-f" or "--fwmark-service":
                (_protocol, Service) = (null, value);
                return true;
            case "-s" or "--scheduler":
                Scheduler = value;
                return true;
            case "-M" or "--netmask":
                _mask = value;
                return true;
            case "--pe":
                Engine = value;
                return true;
            case "-b" or "--sched-flags" when SchedulerFlagWords.Read(value) is { } flags:
                SchedulerFlags = flags;
                return true;
            default:
                return false;
        }
    }

    private bool TakeReal(string word, string value)
    {
        if (word is "-r" or "--real-server")
        {
            Real = value;
            return true;
        }

        var hasNumber = uint.TryParse(value, NumberStyles.None, null, out var number);
        RealServerDraft? real = word switch
        {
            "-w" or "--weight" when hasNumber && number <= int.MaxValue => RealOptions with { Weight = (int)number },
            "-x" or "--u-threshold" when hasNumber => RealOptions with { UpperThreshold = number },
            "-y" or "--l-threshold" when hasNumber => RealOptions with { LowerThreshold = number },
            "--tun-port" when hasNumber && number <= ushort.MaxValue => WithTunnel(t => t with { Port = (int)number }),
            "--tun-type" => value switch
            {
                "ipip" => RealOptions with { Tunnel = null },
                "gue" => WithTunnel(t => t with { Kind = TunnelKind.Gue }),
                "gre" => WithTunnel(t => t with { Kind = TunnelKind.Gre, Port = 0 }),
                _ => null,
            },
            _ => null,
        };
        RealOptions = real ?? RealOptions;
        return real is not null;
    }

    private RealServerDraft WithTunnel(Func<TunnelEncapsulation, TunnelEncapsulation> change) =>
        RealOptions with { Tunnel = change(RealOptions.Tunnel ?? new TunnelEncapsulation(TunnelKind.Gue)) };
}
