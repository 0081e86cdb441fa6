using System.Text;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Rules.Matches;
using Sluice.Netfilter.Text;

namespace Sluice.Netfilter.Iptables.Matches;

/// <summary><c>-m dscp --dscp 0x2e</c> or <c>--dscp-class EF</c>; in a listing <c>DSCP match !0x2e</c>.</summary>
internal sealed class DscpSyntax : MatchSyntax<DscpMatch>
{
    public override string Name => "dscp";

    public override bool WritesInitial => true;

    protected override DscpMatch Start { get; } = new(default(Negatable<byte>));

    public override Match? ReadListing(ref ListingReader words) =>
        words.TryTakeForm("DSCP match ^#"u8, out var inverted, out var text) && Number(text) is { } dscp ? new DscpMatch(new(dscp, inverted)) : null;

    /// <summary>The code point of a class name (<c>CS1</c>, <c>AF11</c>, <c>EF</c>, <c>BE</c>); null when there is none of that name.</summary>
    internal static byte? ClassOf(ReadOnlySpan<byte> text)
    {
        var name = Encoding.ASCII.GetString(text).ToUpperInvariant();
        return name switch
        {
            "BE" => 0,
            "EF" => 0x2e,
            ['C', 'S', >= '0' and <= '7' and var c] => (byte)((c - '0') << 3),
            ['A', 'F', >= '1' and <= '4' and var c, >= '1' and <= '3' and var drop] => (byte)(((c - '0') << 3) | ((drop - '0') << 1)),
            _ => null,
        };
    }

    protected override DscpMatch? Take(DscpMatch current, ref OptionReader option)
    {
        byte? dscp;
        if (option.Is("--dscp"u8))
        {
            dscp = Number(option.Word());
        }
        else if (option.Is("--dscp-class"u8))
        {
            dscp = ClassOf(option.Word());
        }
        else
        {
            return null;
        }

        if (dscp is null)
        {
            option.Fail();
        }

        return new DscpMatch(option.Negatable(dscp ?? 0));
    }

    protected override void Write(DscpMatch match, SaveWriter writer) =>
        writer.Option("--dscp", match.Dscp.Inverted).Word($"0x{match.Dscp.Value:x2}");

    private static byte? Number(ReadOnlySpan<byte> text) => Utf8Number.TryParse(text, out uint number) && number < 64 ? (byte)number : null;
}

/// <summary><c>-m tos --tos 0x10/0x3f</c>; in a listing <c>tos match!0x10/0x3f</c> or, without -n, <c>tos match Minimize-Delay</c>.</summary>
internal sealed class TosSyntax : MatchSyntax<TosMatch>
{
    private static readonly (string Name, uint Value)[] s_names =
    [
        ("Minimize-Delay", 0x10), ("Maximize-Throughput", 0x08), ("Maximize-Reliability", 0x04), ("Minimize-Cost", 0x02), ("Normal-Service", 0),
    ];

    public override string Name => "tos";

    public override bool WritesInitial => true;

    protected override TosMatch Start { get; } = new(new MaskedValue(0, 0), Inverted: false);

    public override Match? ReadListing(ref ListingReader words) =>
        words.TryTakeForm("tos match^#"u8, out var inverted, out var text) && Parse(text) is { } tos ? new TosMatch(tos, inverted) : null;

    /// <summary>Reads a value, <c>value/mask</c> or a name, which stands for its value under the mask 0x3f; null when it is none.</summary>
    internal static MaskedValue? Parse(ReadOnlySpan<byte> text)
    {
        if (MaskedValue.TryParse(text, out var value))
        {
            return text.Contains((byte)'/') ? value : value with { Mask = 0xff };
        }

        var name = Encoding.ASCII.GetString(text);
        var found = Array.Find(s_names, n => n.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
        return found.Name is null ? null : new MaskedValue(found.Value, 0x3f);
    }

    protected override TosMatch? Take(TosMatch current, ref OptionReader option)
    {
        if (!option.Is("--tos"u8))
        {
            return null;
        }

        var tos = Parse(option.Word());
        if (tos is null)
        {
            option.Fail();
        }

        return new TosMatch(tos ?? default, option.Inverted);
    }

    protected override void Write(TosMatch match, SaveWriter writer) =>
        writer.Option("--tos", match.Inverted).Word($"0x{match.Tos.Value:x2}/0x{match.Tos.Mask:x2}");
}
