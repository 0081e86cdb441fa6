using Sluice.Net;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Rules.Matches;

namespace Sluice.Netfilter.Iptables.Matches;

/// <summary><c>-m set --match-set NAME src,dst</c> (once <c>--set</c>); in a listing <c>! match-set NAME src,dst</c>.</summary>
internal sealed class SetSyntax : MatchSyntax<SetMatch>
{
    public override string Name => "set";

    protected override SetMatch Start { get; } = new("", default, Inverted: false);

    public override Match? ReadListing(ref ListingReader words)
    {
        if (!words.TryTakeForm("^match-set #"u8, out var inverted, out var name) && !words.TryTakeForm("^set #"u8, out inverted, out name))
        {
            return null;
        }

        if (!TryEnds(words.Next(), out var ends))
        {
            return null;
        }

        var match = new SetMatch(words.Text(name), ends, inverted);
        while (ListedDetail(ref words, match) is { } grown)
        {
            match = grown;
        }

        return match;
    }

    protected override SetMatch? Take(SetMatch current, ref OptionReader option)
    {
        if (option.Is("--match-set"u8, "--set"u8))
        {
            var name = option.Text();
            if (!TryEnds(option.Word(), out var ends))
            {
                option.Fail();
            }

            return current with { SetName = name, Ends = ends, Inverted = option.Inverted };
        }

        return option.Is("--return-nomatch"u8) ? current with { ReturnsNoMatch = true }
            : option.Is("--update-counters"u8) ? current with { KeepsCounters = option.Inverted }
            : option.Is("--update-subcounters"u8) ? current with { KeepsSubcounters = option.Inverted }
            : option.Name.StartsWith("--packets-"u8) && Relation(option.Name[10..], option.Inverted) is { } packets
                ? current with { Packets = new(packets, option.LongNumber()) }
            : option.Name.StartsWith("--bytes-"u8) && Relation(option.Name[8..], option.Inverted) is { } bytes
                ? current with { Bytes = new(bytes, option.LongNumber()) }
            : null;
    }

    protected override void Write(SetMatch match, SaveWriter writer)
    {
        writer.Option("--match-set", new Negatable<string>(match.SetName, match.Inverted))
            .Word(string.Join(',', match.Ends.Select(e => e == PacketEnd.Source ? "src" : "dst")))
            .Flag("--return-nomatch", match.ReturnsNoMatch);
        if (match.KeepsCounters)
        {
            writer.Option("--update-counters", inverted: true);
        }

        if (match.KeepsSubcounters)
        {
            writer.Option("--update-subcounters", inverted: true);
        }

        WriteCounter("--packets", match.Packets, writer);
        WriteCounter("--bytes", match.Bytes, writer);
    }

    private static void WriteCounter(string name, SetCounterTest? test, SaveWriter writer)
    {
        if (test is { } wanted)
        {
            var suffix = wanted.Comparison switch { Comparison.Less => "-lt", Comparison.Greater => "-gt", _ => "-eq" };
            writer.Option(name + suffix, wanted.Comparison == Comparison.NotEqual).Word($"{wanted.Value}");
        }
    }

    private static SetMatch? ListedDetail(ref ListingReader words, SetMatch match)
    {
        if (words.TryTakeForm("^packets-#"u8, out var inverted, out var suffix))
        {
            return Relation(suffix, inverted) is { } packets && ulong.TryParse(words.Next(), out var value) ? match with { Packets = new(packets, value) } : null;
        }

        if (words.TryTakeForm("^bytes-#"u8, out inverted, out suffix))
        {
            return Relation(suffix, inverted) is { } bytes && ulong.TryParse(words.Next(), out var value) ? match with { Bytes = new(bytes, value) } : null;
        }

        return words.TryTake("return-nomatch"u8) ? match with { ReturnsNoMatch = true }
            : words.TryTakeAll("! update-counters"u8) ? match with { KeepsCounters = true }
            : words.TryTakeAll("! update-subcounters"u8) ? match with { KeepsSubcounters = true }
            : null;
    }

    private static Comparison? Relation(ReadOnlySpan<byte> suffix, bool inverted) =>
        suffix.SequenceEqual("eq"u8) ? inverted ? Comparison.NotEqual : Comparison.Equal
        : inverted ? null
        : suffix.SequenceEqual("lt"u8) ? Comparison.Less
        : suffix.SequenceEqual("gt"u8) ? Comparison.Greater
        : null;

    private static bool TryEnds(ReadOnlySpan<byte> text, out EquatableArray<PacketEnd> ends)
    {
        var list = new List<PacketEnd>();
        ends = default;
        foreach (var part in text.Split((byte)','))
        {
            var word = text[part];
            if (!word.SequenceEqual("src"u8) && !word.SequenceEqual("dst"u8))
            {
                return false;
            }

            list.Add(word[0] == 's' ? PacketEnd.Source : PacketEnd.Destination);
        }

        ends = list.ToEquatableArray();
        return true;
    }
}
