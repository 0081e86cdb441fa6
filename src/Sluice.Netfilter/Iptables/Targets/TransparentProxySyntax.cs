using Sluice.Net;
using Sluice.Netfilter.Rules;

namespace Sluice.Netfilter.Iptables.Targets;

/// <summary><c>-j TPROXY --on-port 80 --on-ip 10.0.0.1 --tproxy-mark 0x1/0x1</c>; in a listing <c>TPROXY redirect 10.0.0.1:80 mark 0x1/0x1</c>.</summary>
internal sealed class TransparentProxySyntax : TargetSyntax<Verdict.TransparentProxy>
{
    public override string Name => "TPROXY";

    protected override Verdict.TransparentProxy Start { get; } = new(0, null, new MaskedValue(0, 0));

    public override Statement? ReadListing(ref ListingReader words)
    {
        if (!words.TryTakeAll("TPROXY redirect"u8))
        {
            return null;
        }

        // IPv6 addresses stand without brackets: ":::80".
        var target = words.Next();
        var colon = target.LastIndexOf((byte)':');
        return colon >= 0 && NetAddress.TryParse(target[..colon], out var address) &&
            Text.Utf8Number.TryParse(target[(colon + 1)..], out uint port) && port <= ushort.MaxValue &&
            words.TryTake("mark"u8) && MaskedValue.TryParse(words.Next(), out var mark)
            ? new Verdict.TransparentProxy((ushort)port, address, mark)
            : null;
    }

    protected override Verdict.TransparentProxy? Take(Verdict.TransparentProxy current, ref OptionReader option) =>
        option.Is("--on-port"u8) ? current with { Port = option.Short() }
        : option.Is("--on-ip"u8) ? current with { Address = option.Address() }
        : option.Is("--tproxy-mark"u8) ? current with { Mark = option.Masked() }
        : null;

    protected override void Write(Verdict.TransparentProxy statement, SaveWriter writer)
    {
        writer.Option("--on-port", statement.Port)
            .Optional("--on-ip", statement.Address)
            .Option("--tproxy-mark").Word($"0x{statement.Mark.Value:x}/0x{statement.Mark.Mask:x}");
    }
}
