using System.Text;
using Sluice.Net;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Rules.Matches;

namespace Sluice.Netfilter.Iptables.Matches;

/// <summary><c>-m tcp</c>; in a listing <c>tcp spt:1024 dpts:80:90 flags:0x17/0x02 option=8</c>.</summary>
internal sealed class TcpSyntax() : PortSyntax<TcpMatch>("tcp")
{
    protected override TcpMatch Start { get; } = new();

    protected override TcpMatch? ListOther(TcpMatch current, ref ListingReader words) =>
        TryTakeFlags(ref words, out var flags) ? current with { Flags = flags }
        : TryTakeOption(ref words, out var option) ? current with { Option = option }
        : null;

    protected override TcpMatch? TakeOther(TcpMatch current, ref OptionReader option)
    {
        if (option.Is("--tcp-flags"u8))
        {
            var test = new TcpFlagTest(Flags(option.Word(), ref option), Flags(option.Word(), ref option));
            return current with { Flags = option.Negatable(test) };
        }

        if (option.Is("--syn"u8))
        {
            return current with { Flags = option.Negatable(TcpFlagTest.Syn) };
        }

        if (option.Is("--tcp-option"u8))
        {
            var number = option.Number();
            if (number is 0 or > 255)
            {
                option.Fail();
            }

            return current with { Option = option.Negatable((byte)number) };
        }

        return null;
    }

    protected override void WriteOther(TcpMatch match, SaveWriter writer) => writer
        .Optional("--tcp-option", match.Option)
        .Optional("--tcp-flags", match.Flags);

    private static TcpFlags Flags(ReadOnlySpan<byte> names, ref OptionReader option)
    {
        if (!TryFlags(names, out var flags))
        {
            option.Fail();
        }

        return flags;
    }

    private static bool TryFlags(ReadOnlySpan<byte> names, out TcpFlags flags)
    {
        flags = TcpFlags.None;
        foreach (var range in names.Split((byte)','))
        {
            var name = names[range];
            if (name.IsEmpty || char.IsDigit((char)name[0]) || !Enum.TryParse<TcpFlags>(Encoding.ASCII.GetString(name), ignoreCase: true, out var flag))
            {
                return false;
            }

            flags |= flag;
        }

        return true;
    }

    private static bool TryTakeFlags(ref ListingReader words, out Negatable<TcpFlagTest> flags)
    {
        flags = default;
        var copy = words;
        var inverted = copy.TryTakePrefixed("flags:!"u8, out var text);
        if (!inverted && !copy.TryTakePrefixed("flags:"u8, out text))
        {
            return false;
        }

        var slash = text.IndexOf((byte)'/');
        if (slash < 0 || !TryListedFlags(text[..slash], out var mask) || !TryListedFlags(text[(slash + 1)..], out var set))
        {
            return false;
        }

        flags = new(new(mask, set), inverted);
        words = copy;
        return true;
    }

    // Numbers with -n, names without.
    private static bool TryListedFlags(ReadOnlySpan<byte> text, out TcpFlags flags)
    {
        if (Text.Utf8Number.TryParse(text, out uint bits))
        {
            flags = (TcpFlags)bits;
            return true;
        }

        return TryFlags(text, out flags);
    }

    private static bool TryTakeOption(ref ListingReader words, out Negatable<byte> option)
    {
        option = default;
        var copy = words;
        if (!copy.TryTakePrefixed("option="u8, out var text))
        {
            return false;
        }

        var inverted = text.StartsWith("!"u8);
        if (!byte.TryParse(inverted ? text[1..] : text, out var number))
        {
            return false;
        }

        option = new(number, inverted);
        words = copy;
        return true;
    }
}
