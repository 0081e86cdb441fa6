using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Rules.Statements;

namespace Sluice.Netfilter.Iptables.Targets;

/// <summary><c>-j TOS --set-tos 0x10/0x3f</c> and its short forms; in a listing <c>TOS set 0x10/0x3f</c>.</summary>
internal sealed class TosTargetSyntax : TargetSyntax<SetTos>
{
    private static readonly (string Name, byte Value)[] s_names =
    [
        ("Minimize-Delay", 16), ("Maximize-Throughput", 8), ("Maximize-Reliability", 4), ("Minimize-Cost", 2), ("Normal-Service", 0),
    ];

    public override string Name => "TOS";

    protected override SetTos Start { get; } = new(0, 0);

    public override Statement? ReadListing(ref ListingReader words) =>
        words.TryTakeAll("TOS set"u8) ? Parse(words.Next()) : null;

    protected override SetTos? Take(SetTos current, ref OptionReader option)
    {
        if (option.Is("--set-tos"u8))
        {
            if (Parse(option.Word()) is not { } statement)
            {
                option.Fail();
                return current;
            }

            return statement;
        }

        if (option.Is("--or-tos"u8))
        {
            var bits = option.Byte();
            return new SetTos(bits, bits);
        }

        return option.Is("--and-tos"u8) ? new SetTos(0, (byte)~option.Byte())
            : option.Is("--xor-tos"u8) ? new SetTos(option.Byte(), 0)
            : null;
    }

    protected override void Write(SetTos statement, SaveWriter writer) =>
        writer.Option("--set-tos").Word($"0x{statement.Value:x2}/0x{statement.Mask:x2}");

    private static SetTos? Parse(ReadOnlySpan<byte> text)
    {
        foreach (var (name, value) in s_names)
        {
            // A name leaves the two bits of congestion notification alone.
            if (System.Text.Ascii.EqualsIgnoreCase(text, name))
            {
                return new SetTos(value, 0x3f);
            }
        }

        return MaskedValue.TryParse(text, out var tos) && tos.Value <= byte.MaxValue && (tos.Mask <= byte.MaxValue || tos.Mask == uint.MaxValue)
            ? new SetTos((byte)tos.Value, (byte)tos.Mask)
            : null;
    }
}

/// <summary><c>-j DSCP --set-dscp 0x1a</c> or <c>--set-dscp-class AF31</c>; in a listing <c>DSCP set 0x1a</c>.</summary>
internal sealed class DscpTargetSyntax : TargetSyntax<SetDscp>
{
    public override string Name => "DSCP";

    protected override SetDscp Start { get; } = new(0);

    public override Statement? ReadListing(ref ListingReader words) =>
        words.TryTakeAll("DSCP set"u8) && Text.Utf8Number.TryParse(words.Next(), out uint value) && value < 64 ? new SetDscp((byte)value) : null;

    protected override SetDscp? Take(SetDscp current, ref OptionReader option)
    {
        uint? value;
        if (option.Is("--set-dscp-class"u8))
        {
            value = ClassValue(option.Text());
        }
        else if (option.Is("--set-dscp"u8))
        {
            value = option.Number();
        }
        else
        {
            return null;
        }

        if (value is null or > 63)
        {
            option.Fail();
            return current;
        }

        return new SetDscp((byte)value);
    }

    protected override void Write(SetDscp statement, SaveWriter writer) => writer.Option("--set-dscp").Word($"0x{statement.Value:x2}");

    // CS0 to CS7, AF11 to AF43, EF, BE: RFC 2474, 2597, 3246.
    private static uint? ClassValue(string name) => name.ToUpperInvariant() switch
    {
        "BE" => 0,
        "EF" => 46,
        ['C', 'S', >= '0' and <= '7' and var number] => (uint)(number - '0') << 3,
        ['A', 'F', >= '1' and <= '4' and var number, >= '1' and <= '3' and var drop] => (uint)(((number - '0') << 3) | ((drop - '0') << 1)),
        _ => null,
    };
}

/// <summary><c>-j ECN --ecn-tcp-remove</c>; in a listing <c>ECN TCP remove</c>.</summary>
internal sealed class EcnTargetSyntax : TargetSyntax<SetEcn>
{
    public override string Name => "ECN";

    protected override SetEcn Start { get; } = new();

    public override Statement? ReadListing(ref ListingReader words)
    {
        if (!words.TryTake("ECN"u8))
        {
            return null;
        }

        if (words.TryTakeAll("TCP remove"u8))
        {
            return new SetEcn { RemovesTcp = true };
        }

        var statement = Start;
        while (words.HasMore)
        {
            var rest = ReadOnlySpan<byte>.Empty;
            var grown = words.TryTakePrefixed("ECE="u8, out rest) ? statement with { Ece = Bits(rest) }
                : words.TryTakePrefixed("CWR="u8, out rest) ? statement with { Cwr = Bits(rest) }
                : words.TryTake("ECT"u8) && words.TryTakePrefixed("codepoint="u8, out rest) ? statement with { CodePoint = Bits(rest) }
                : null;
            if (grown is null || Bits(rest) is null)
            {
                return null;
            }

            statement = grown;
        }

        return statement;
    }

    protected override SetEcn? Take(SetEcn current, ref OptionReader option) =>
        option.Is("--ecn-tcp-remove"u8) ? current with { RemovesTcp = true }
        : option.Is("--ecn-tcp-ece"u8) ? current with { Ece = option.Byte() }
        : option.Is("--ecn-tcp-cwr"u8) ? current with { Cwr = option.Byte() }
        : option.Is("--ecn-ip-ect"u8) ? current with { CodePoint = option.Byte() }
        : null;

    protected override void Write(SetEcn statement, SaveWriter writer) => writer
        .Flag("--ecn-tcp-remove", statement.RemovesTcp)
        .Optional("--ecn-tcp-ece", statement.Ece)
        .Optional("--ecn-tcp-cwr", statement.Cwr)
        .Optional("--ecn-ip-ect", statement.CodePoint);

    private static byte? Bits(ReadOnlySpan<byte> text) => byte.TryParse(text, out var bits) && bits < 4 ? bits : null;
}
