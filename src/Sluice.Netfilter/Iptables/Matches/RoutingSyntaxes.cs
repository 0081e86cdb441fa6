using System.Text;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Rules.Matches;

namespace Sluice.Netfilter.Iptables.Matches;

/// <summary><c>-m rpfilter --loose --invert</c>; in a listing <c>rpfilter loose invert</c>.</summary>
internal sealed class ReversePathSyntax : MatchSyntax<ReversePathMatch>
{
    public override string Name => "rpfilter";

    protected override ReversePathMatch Start { get; } = new();

    public override Match? ReadListing(ref ListingReader words)
    {
        if (!words.TryTake("rpfilter"u8))
        {
            return null;
        }

        var match = Start;
        while (Flag(match, words.Peek()) is { } grown)
        {
            words.Next();
            match = grown;
        }

        return match;
    }

    protected override ReversePathMatch? Take(ReversePathMatch current, ref OptionReader option) =>
        option.Name.StartsWith("--"u8) ? Flag(current, option.Name[2..]) : null;

    protected override void Write(ReversePathMatch match, SaveWriter writer) => writer
        .Flag("--loose", match.IsLoose)
        .Flag("--validmark", match.UsesMark)
        .Flag("--accept-local", match.AcceptsLocal)
        .Flag("--invert", match.Inverted);

    private static ReversePathMatch? Flag(ReversePathMatch match, ReadOnlySpan<byte> name) =>
        name.SequenceEqual("loose"u8) ? match with { IsLoose = true }
        : name.SequenceEqual("validmark"u8) ? match with { UsesMark = true }
        : name.SequenceEqual("accept-local"u8) ? match with { AcceptsLocal = true }
        : name.SequenceEqual("invert"u8) ? match with { Inverted = true }
        : null;
}

/// <summary><c>-m socket --transparent</c>; in a listing <c>socket --transparent</c>.</summary>
internal sealed class SocketSyntax : MatchSyntax<SocketMatch>
{
    public override string Name => "socket";

    protected override SocketMatch Start { get; } = new();

    public override Match? ReadListing(ref ListingReader words)
    {
        if (!words.TryTake("socket"u8))
        {
            return null;
        }

        var match = Start;
        while (Flag(match, words.Peek()) is { } grown)
        {
            words.Next();
            match = grown;
        }

        return match;
    }

    protected override SocketMatch? Take(SocketMatch current, ref OptionReader option) => Flag(current, option.Name);

    protected override void Write(SocketMatch match, SaveWriter writer) => writer
        .Flag("--transparent", match.IsTransparent)
        .Flag("--nowildcard", match.TakesWildcard)
        .Flag("--restore-skmark", match.RestoresMark);

    private static SocketMatch? Flag(SocketMatch match, ReadOnlySpan<byte> name) =>
        name.SequenceEqual("--transparent"u8) ? match with { IsTransparent = true }
        : name.SequenceEqual("--nowildcard"u8) ? match with { TakesWildcard = true }
        : name.SequenceEqual("--restore-skmark"u8) ? match with { RestoresMark = true }
        : null;
}

/// <summary><c>-m pkttype --pkt-type broadcast</c>; in a listing <c>PKTTYPE != broadcast</c>.</summary>
internal sealed class PacketTypeSyntax : MatchSyntax<PacketTypeMatch>
{
    public override string Name => "pkttype";

    protected override PacketTypeMatch Start { get; } = new(default(Negatable<AddressTypes>));

    public override Match? ReadListing(ref ListingReader words) =>
        words.TryTakeForm("PKTTYPE ^= #"u8, out var inverted, out var text) && Parse(text) is { } type ? new PacketTypeMatch(new(type, inverted)) : null;

    protected override PacketTypeMatch? Take(PacketTypeMatch current, ref OptionReader option)
    {
        if (!option.Is("--pkt-type"u8))
        {
            return null;
        }

        var type = Parse(option.Word());
        if (type is null)
        {
            option.Fail();
        }

        return new PacketTypeMatch(option.Negatable(type ?? AddressTypes.None));
    }

    protected override void Write(PacketTypeMatch match, SaveWriter writer) =>
        writer.Option("--pkt-type", match.Type.Inverted).Word(match.Type.Value.ToString().ToLowerInvariant());

    private static AddressTypes? Parse(ReadOnlySpan<byte> text) => Encoding.ASCII.GetString(text).ToLowerInvariant() switch
    {
        "unicast" or "host" => AddressTypes.Unicast,
        "broadcast" => AddressTypes.Broadcast,
        "multicast" => AddressTypes.Multicast,
        _ => null,
    };
}
