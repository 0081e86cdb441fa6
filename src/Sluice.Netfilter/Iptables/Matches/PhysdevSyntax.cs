using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Rules.Matches;

namespace Sluice.Netfilter.Iptables.Matches;

/// <summary><c>-m physdev --physdev-is-bridged</c>; in a listing <c>PHYSDEV match --physdev-is-bridged</c>.</summary>
internal sealed class PhysdevSyntax : MatchSyntax<PhysdevMatch>
{
    public override string Name => "physdev";

    protected override PhysdevMatch Start { get; } = new();

    public override Match? ReadListing(ref ListingReader words)
    {
        if (!words.TryTakeAll("PHYSDEV match"u8))
        {
            return null;
        }

        var match = Start;
        while (words.TryTakeForm("^--physdev-#"u8, out var inverted, out var name))
        {
            if (name.SequenceEqual("in"u8))
            {
                match = match with { In = new(words.Text(words.Next()), inverted) };
            }
            else if (name.SequenceEqual("out"u8))
            {
                match = match with { Out = new(words.Text(words.Next()), inverted) };
            }
            else if (Flag(match, name, inverted) is { } grown)
            {
                match = grown;
            }
            else
            {
                return null;
            }
        }

        return match;
    }

    protected override PhysdevMatch? Take(PhysdevMatch current, ref OptionReader option)
    {
        if (option.Is("--physdev-in"u8))
        {
            var port = option.Text();
            return current with { In = option.Negatable(port) };
        }

        if (option.Is("--physdev-out"u8))
        {
            var port = option.Text();
            return current with { Out = option.Negatable(port) };
        }

        return option.Name.StartsWith("--physdev-"u8) ? Flag(current, option.Name[10..], option.Inverted) : null;
    }

    protected override void Write(PhysdevMatch match, SaveWriter writer)
    {
        WriteFlag("--physdev-is-in", match.IsIn, writer);
        writer.Optional("--physdev-in", match.In);
        WriteFlag("--physdev-is-out", match.IsOut, writer);
        writer.Optional("--physdev-out", match.Out);
        WriteFlag("--physdev-is-bridged", match.IsBridged, writer);
    }

    private static void WriteFlag(string name, bool? wanted, SaveWriter writer)
    {
        if (wanted is { } value)
        {
            writer.Option(name, !value);
        }
    }

    private static PhysdevMatch? Flag(PhysdevMatch match, ReadOnlySpan<byte> name, bool inverted) =>
        name.SequenceEqual("is-in"u8) ? match with { IsIn = !inverted }
        : name.SequenceEqual("is-out"u8) ? match with { IsOut = !inverted }
        : name.SequenceEqual("is-bridged"u8) ? match with { IsBridged = !inverted }
        : null;
}
