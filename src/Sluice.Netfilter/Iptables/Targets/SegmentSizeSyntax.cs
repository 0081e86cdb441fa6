using Sluice.Net;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Rules.Statements;

namespace Sluice.Netfilter.Iptables.Targets;

/// <summary><c>-j TCPMSS --clamp-mss-to-pmtu</c> or <c>--set-mss 1400</c>; in a listing <c>TCPMSS clamp to PMTU</c> or <c>TCPMSS set 1400</c>.</summary>
internal sealed class SegmentSizeSyntax : TargetSyntax<SetSegmentSize>
{
    public override string Name => "TCPMSS";

    protected override SetSegmentSize Start { get; } = new(Size: null);

    public override Statement? ReadListing(ref ListingReader words)
    {
        if (words.TryTakeAll("TCPMSS clamp to PMTU"u8))
        {
            return Start;
        }

        return words.TryTakeAll("TCPMSS set"u8) && Text.Utf8Number.TryParse(words.Next(), out uint size) && size <= ushort.MaxValue
            ? new SetSegmentSize((ushort)size)
            : null;
    }

    protected override SetSegmentSize? Take(SetSegmentSize current, ref OptionReader option) =>
        option.Is("--clamp-mss-to-pmtu"u8) ? Start
        : option.Is("--set-mss"u8) ? new SetSegmentSize(option.Short())
        : null;

    protected override void Write(SetSegmentSize statement, SaveWriter writer) =>
        writer.Flag("--clamp-mss-to-pmtu", statement.Size is null).Optional("--set-mss", statement.Size);
}

/// <summary><c>-j TCPOPTSTRIP --strip-options 2,8</c>; in a listing <c>TCPOPTSTRIP options 2,8</c>.</summary>
internal sealed class TcpOptionsSyntax : TargetSyntax<StripTcpOptions>
{
    private static readonly (string Name, byte Number)[] s_names =
        [("wscale", 3), ("mss", 2), ("sack-permitted", 4), ("sack", 5), ("timestamp", 8), ("md5", 19)];

    public override string Name => "TCPOPTSTRIP";

    protected override StripTcpOptions Start { get; } = new(default(EquatableArray<byte>));

    public override Statement? ReadListing(ref ListingReader words) =>
        !words.HasMore ? Start : words.TryTakeAll("TCPOPTSTRIP options"u8) ? Parse(words.Text(words.Next())) : null;

    protected override StripTcpOptions? Take(StripTcpOptions current, ref OptionReader option)
    {
        if (!option.Is("--strip-options"u8))
        {
            return null;
        }

        if (Parse(option.Text()) is { } statement)
        {
            return statement;
        }

        option.Fail();
        return current;
    }

    protected override void Write(StripTcpOptions statement, SaveWriter writer)
    {
        if (statement.Options.Count > 0)
        {
            writer.Option("--strip-options", string.Join(',', (IEnumerable<byte>)statement.Options));
        }
    }

    private static StripTcpOptions? Parse(string text)
    {
        var numbers = new SortedSet<byte>();
        foreach (var word in text.Split(','))
        {
            var known = Array.Find(s_names, n => n.Name == word).Number;
            if (known == 0 && !byte.TryParse(word, out known))
            {
                return null;
            }

            numbers.Add(known);
        }

        return new StripTcpOptions(numbers.ToEquatableArray());
    }
}
