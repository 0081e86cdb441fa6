using System.Text;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Rules.Matches;

namespace Sluice.Netfilter.Iptables.Matches;

/// <summary><c>-m addrtype --dst-type LOCAL</c>; in a listing <c>ADDRTYPE match dst-type !LOCAL limit-in</c>.</summary>
internal sealed class AddressTypeSyntax : MatchSyntax<AddressTypeMatch>
{
    public override string Name => "addrtype";

    protected override AddressTypeMatch Start { get; } = new();

    public override Match? ReadListing(ref ListingReader words)
    {
        if (!words.TryTakeAll("ADDRTYPE match"u8))
        {
            return null;
        }

        var match = Start;
        while (true)
        {
            if (words.TryTake("src-type"u8) && ListedTypes(ref words) is { } source)
            {
                match = match with { Source = source };
            }
            else if (words.TryTake("dst-type"u8) && ListedTypes(ref words) is { } destination)
            {
                match = match with { Destination = destination };
            }
            else if (words.TryTake("limit-in"u8))
            {
                match = match with { LimitToInInterface = true };
            }
            else if (words.TryTake("limit-out"u8))
            {
                match = match with { LimitToOutInterface = true };
            }
            else
            {
                return match.Source is null && match.Destination is null ? null : match;
            }
        }
    }

    protected override AddressTypeMatch? Take(AddressTypeMatch current, ref OptionReader option)
    {
        if (option.Is("--dst-type"u8))
        {
            var types = Types(ref option);
            return current with { Destination = option.Negatable(types) };
        }

        if (option.Is("--src-type"u8))
        {
            var types = Types(ref option);
            return current with { Source = option.Negatable(types) };
        }

        return option.Is("--limit-iface-in"u8) ? current with { LimitToInInterface = true }
            : option.Is("--limit-iface-out"u8) ? current with { LimitToOutInterface = true }
            : null;
    }

    protected override void Write(AddressTypeMatch match, SaveWriter writer)
    {
        WriteTypes("--src-type", match.Source, writer);
        WriteTypes("--dst-type", match.Destination, writer);
        writer.Flag("--limit-iface-in", match.LimitToInInterface).Flag("--limit-iface-out", match.LimitToOutInterface);
    }

    private static void WriteTypes(string name, Negatable<AddressTypes>? types, SaveWriter writer)
    {
        if (types is { } value)
        {
            var names = Enum.GetValues<AddressTypes>().Where(t => t != AddressTypes.None && value.Value.HasFlag(t)).Select(t => t.ToString().ToUpperInvariant());
            writer.Option(name, value.Inverted).Word(string.Join(',', names));
        }
    }

    private static AddressTypes Types(ref OptionReader option)
    {
        if (TryTypes(option.Word(), out var types))
        {
            return types;
        }

        option.Fail();
        return types;
    }

    private static Negatable<AddressTypes>? ListedTypes(ref ListingReader words)
    {
        var word = words.Next();
        var inverted = word.StartsWith("!"u8);
        return TryTypes(inverted ? word[1..] : word, out var types) ? new(types, inverted) : null;
    }

    private static bool TryTypes(ReadOnlySpan<byte> names, out AddressTypes types)
    {
        types = AddressTypes.None;
        foreach (var range in names.Split((byte)','))
        {
            if (!Enum.TryParse<AddressTypes>(Encoding.ASCII.GetString(names[range]), ignoreCase: true, out var type) || !Enum.IsDefined(type))
            {
                return false;
            }

            types |= type;
        }

        return types != AddressTypes.None;
    }
}
