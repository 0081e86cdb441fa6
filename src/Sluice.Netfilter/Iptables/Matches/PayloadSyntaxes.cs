using System.Globalization;
using Sluice.Net;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Rules.Matches;

namespace Sluice.Netfilter.Iptables.Matches;

/// <summary><c>-m string --string "GET /" --algo bm --to 100</c>; in a listing <c>STRING match  "GET /" ALGO name bm TO 100</c>.</summary>
internal sealed class StringSyntax : MatchSyntax<StringMatch>
{
    public override string Name => "string";

    protected override StringMatch Start { get; } = new(default, "");

    public override Match? ReadListing(ref ListingReader words)
    {
        if (!words.TryTakeAll("STRING match"u8))
        {
            return null;
        }

        var inverted = words.TryTake("!"u8);
        if (!words.TryTakeQuoted(out var text) || !words.TryTakeForm("ALGO name #"u8, out _, out var algorithm))
        {
            return null;
        }

        // Text between bars is what iptables makes of bytes that are no text.
        var pattern = text is [(byte)'|', .., (byte)'|'] && TryHex(text, out var bytes) ? bytes : EquatableArray.Create(text);
        var match = new StringMatch(pattern, words.Text(algorithm)) { Inverted = inverted };
        while (true)
        {
            if (words.TryTakeForm("FROM #"u8, out _, out var number) && uint.TryParse(number, out var from))
            {
                match = match with { From = from };
            }
            else if (words.TryTakeForm("TO #"u8, out _, out number) && uint.TryParse(number, out var to))
            {
                match = match with { To = to };
            }
            else if (words.TryTake("ICASE"u8))
            {
                match = match with { IgnoresCase = true };
            }
            else
            {
                return match;
            }
        }
    }

    protected override StringMatch? Take(StringMatch current, ref OptionReader option)
    {
        if (option.Is("--string"u8))
        {
            var pattern = EquatableArray.Create(option.Word());
            return current with { Pattern = pattern, Inverted = option.Inverted };
        }

        if (option.Is("--hex-string"u8))
        {
            if (!TryHex(option.Word(), out var pattern))
            {
                option.Fail();
            }

            return current with { Pattern = pattern, Inverted = option.Inverted };
        }

        return option.Is("--algo"u8) ? current with { Algorithm = option.Text() }
            : option.Is("--from"u8) ? current with { From = option.Number() }
            : option.Is("--to"u8) ? current with { To = option.Number() }
            : option.Is("--icase"u8) ? current with { IgnoresCase = true }
            : null;
    }

    protected override void Write(StringMatch match, SaveWriter writer)
    {
        writer.Option(match.IsHex ? "--hex-string" : "--string", match.Inverted).InQuotes(match.Text).Option("--algo", match.Algorithm);
        if (match.From != 0)
        {
            writer.Option("--from", match.From);
        }

        writer.Optional("--to", match.To).Flag("--icase", match.IgnoresCase);
    }

    // "|41 42|text|0d|": hexadecimal between bars, text outside, a backslash before a bar that is meant as one.
    private static bool TryHex(ReadOnlySpan<byte> text, out EquatableArray<byte> pattern)
    {
        var bytes = new List<byte>();
        var isHex = false;
        pattern = default;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '|')
            {
                isHex = !isHex;
            }
            else if (!isHex)
            {
                i += text[i] == '\\' && i + 1 < text.Length ? 1 : 0;
                bytes.Add(text[i]);
            }
            else if (text[i] != ' ')
            {
                if (i + 1 >= text.Length || !byte.TryParse(text.Slice(i, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value))
                {
                    return false;
                }

                bytes.Add(value);
                i++;
            }
        }

        pattern = bytes.ToEquatableArray();
        return !isHex;
    }
}

/// <summary><c>-m u32 --u32 "0x0&amp;0xff=0x5"</c>; in a listing <c>u32 ! "0x0&amp;0xff=0x5"</c>.</summary>
internal sealed class U32Syntax : MatchSyntax<U32Match>
{
    public override string Name => "u32";

    protected override U32Match Start { get; } = new(new Negatable<string>("", Inverted: false));

    public override Match? ReadListing(ref ListingReader words) =>
        words.TryTakeForm("u32 ^\"#\""u8, out var inverted, out var text) ? new U32Match(new(words.Text(text), inverted)) : null;

    protected override U32Match? Take(U32Match current, ref OptionReader option)
    {
        if (!option.Is("--u32"u8))
        {
            return null;
        }

        var test = option.Text();
        return new U32Match(option.Negatable(test));
    }

    protected override void Write(U32Match match, SaveWriter writer) =>
        writer.Option("--u32", match.Test32.Inverted).InQuotes(match.Test32.Value);
}
