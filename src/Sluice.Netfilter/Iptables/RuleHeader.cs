using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Rules.Matches;

namespace Sluice.Netfilter.Iptables;

/// <summary>The parts of a rule that have no module: addresses, interfaces, protocol, fragment; always in the order iptables-save prints.</summary>
internal sealed class RuleHeader
{
    private readonly List<Match> _parts = [];

    public int Count => _parts.Count;

    /// <summary>The letter of an option of the header or frame of a rule (-s -d -p -i -o -m -j -g -f -c), also of its long forms; 0 for others.</summary>
    public static byte Letter(ReadOnlySpan<byte> name) => name.Length == 2
        ? name is [(byte)'-', (byte)'s' or (byte)'d' or (byte)'p' or (byte)'i' or (byte)'o' or (byte)'m' or (byte)'j' or (byte)'g' or (byte)'f' or (byte)'c']
            ? name[1]
            : (byte)0
        : name.Length < 5 ? (byte)0
        : name.SequenceEqual("--source"u8) || name.SequenceEqual("--src"u8) ? (byte)'s'
        : name.SequenceEqual("--destination"u8) || name.SequenceEqual("--dst"u8) ? (byte)'d'
        : name.SequenceEqual("--protocol"u8) || name.SequenceEqual("--proto"u8) ? (byte)'p'
        : name.SequenceEqual("--in-interface"u8) ? (byte)'i'
        : name.SequenceEqual("--out-interface"u8) ? (byte)'o'
        : name.SequenceEqual("--match"u8) ? (byte)'m'
        : name.SequenceEqual("--jump"u8) ? (byte)'j'
        : name.SequenceEqual("--goto"u8) ? (byte)'g'
        : name.SequenceEqual("--fragment"u8) ? (byte)'f'
        : name.SequenceEqual("--set-counters"u8) ? (byte)'c'
        : (byte)0;

    public void Clear() => _parts.Clear();

    /// <summary>Adds a part behind those that iptables-save prints before it: -s -d -i -o -p -f.</summary>
    public void Add(Match part)
    {
        var place = _parts.Count;
        if (place > 0)
        {
            var rank = Rank(part);
            while (place > 0 && Rank(_parts[place - 1]) > rank)
            {
                place--;
            }
        }

        _parts.Insert(place, part);
    }

    public void CopyTo(RulePart[] parts)
    {
        for (var i = 0; i < _parts.Count; i++)
        {
            parts[i] = _parts[i];
        }
    }

    private static int Rank(Match part) => part switch
    {
        AddressMatch { End: PacketEnd.Source } => 0,
        AddressMatch => 1,
        InterfaceMatch { Direction: InterfaceDirection.In } => 2,
        InterfaceMatch => 3,
        ProtocolMatch => 4,
        _ => 5,
    };
}
