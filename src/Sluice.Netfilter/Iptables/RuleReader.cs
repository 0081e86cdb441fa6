using Sluice.Netfilter.Net;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Rules.Matches;
using Sluice.Netfilter.Text;

namespace Sluice.Netfilter.Iptables;

/// <summary>
/// Reads the options of a rule as iptables-save, <c>iptables -S</c> and hand-written commands have them. It never fails: what it
/// does not understand stays in the rule verbatim, as <see cref="UnknownMatch"/> or <see cref="Verdict.Unknown"/>.
/// </summary>
internal sealed class RuleReader(StringPool pool)
{
    // One slot per opened -m; rules have a handful.
    private readonly List<Slot> _slots = [];
    private readonly List<RulePart> _header = [];
    private TargetSyntax? _target;
    private Statement? _statement;
    private string? _targetName;
    private string _targetText = "";
    private L4Protocol _protocol;

    /// <summary>Families of the addresses seen so far; tells which family a dump without a header is of.</summary>
    public IPFamily? SeenFamily { get; set; }

    /// <summary>Counters given inside the rule (<c>-c packets bytes</c>), for the rule read last.</summary>
    public RuleCounters? Counters { get; private set; }

    /// <summary>Reads the options that follow <c>-A CHAIN</c>. <paramref name="chains"/> names the statements that jump.</summary>
    public EquatableArray<RulePart> Read(ReadOnlySpan<byte> text, ChainNames chains)
    {
        _slots.Clear();
        _header.Clear();
        (_target, _statement, _targetName, _targetText) = (null, null, null, "");
        _protocol = L4Protocol.Any;
        Counters = null;
        var option = new OptionReader(text, pool);
        while (option.MoveNext())
        {
            if (!TryHeader(ref option, chains) && !TryModules(ref option))
            {
                KeepVerbatim(ref option);
            }
        }

        return Assemble();
    }

    private bool TryHeader(ref OptionReader option, ChainNames chains)
    {
        var name = option.Name;
        if (name.Length == 2 && name[0] == '-')
        {
            switch (name[1])
            {
                case (byte)'s':
                    return Address(ref option, PacketEnd.Source);
                case (byte)'d':
                    return Address(ref option, PacketEnd.Destination);
                case (byte)'p':
                    return Protocol(ref option);
                case (byte)'i':
                    return Interface(ref option, InterfaceDirection.In);
                case (byte)'o':
                    return Interface(ref option, InterfaceDirection.Out);
                case (byte)'m':
                    return OpenModule(ref option);
                case (byte)'j':
                    return Target(ref option, chains);
                case (byte)'g':
                    _statement = chains.Goto(option.Word());
                    return true;
                case (byte)'f':
                    _header.Add(new FragmentMatch(option.Inverted));
                    return true;
                case (byte)'c':
                    return ReadCounters(ref option);
                default:
                    return false;
            }
        }

        return option.Is("--match"u8) ? OpenModule(ref option)
            : option.Is("--jump"u8) ? Target(ref option, chains)
            : option.Is("--source"u8, "--src"u8) ? Address(ref option, PacketEnd.Source)
            : option.Is("--destination"u8, "--dst"u8) ? Address(ref option, PacketEnd.Destination)
            : option.Is("--protocol"u8, "--proto"u8) ? Protocol(ref option)
            : option.Is("--in-interface"u8) ? Interface(ref option, InterfaceDirection.In)
            : option.Is("--out-interface"u8) ? Interface(ref option, InterfaceDirection.Out)
            : option.Is("--set-counters"u8) && ReadCounters(ref option);
    }

    private bool Address(ref OptionReader option, PacketEnd end)
    {
        var prefix = option.Prefix();
        if (option.Failed)
        {
            return false;
        }

        SeenFamily ??= prefix.Family;
        if (prefix.Mask != 0 || option.Inverted)
        {
            _header.Add(new AddressMatch(end, prefix, option.Inverted));
        }

        return true;
    }

    private bool Protocol(ref OptionReader option)
    {
        if (!L4Protocol.TryParse(option.Word(), out var protocol))
        {
            option.Fail();
            return false;
        }

        _protocol = protocol;
        if (protocol != L4Protocol.Any)
        {
            _header.Add(option.Inverted ? new ProtocolMatch(protocol, Inverted: true) : ProtocolMatch.Of(protocol));
        }

        return true;
    }

    private bool Interface(ref OptionReader option, InterfaceDirection direction)
    {
        var name = option.Text();
        if (name.Length == 0)
        {
            return false;
        }

        _header.Add(new InterfaceMatch(direction, name, option.Inverted));
        return true;
    }

    private bool ReadCounters(ref OptionReader option)
    {
        Counters = new RuleCounters(option.LongNumber(), option.LongNumber());
        return true;
    }

    private bool OpenModule(ref OptionReader option)
    {
        var start = option.Start;
        var syntax = SyntaxCatalog.FindMatch(option.Word());
        _slots.Add(syntax is null
            ? new Slot(null, null, option.Slice(start, option.Position))
            : new Slot(syntax, syntax.Initial, ""));
        return true;
    }

    private bool Target(ref OptionReader option, ChainNames chains)
    {
        var name = option.Word();
        if (option.Failed)
        {
            return false;
        }

        // A chain may bear any name that is no target's; what is neither is a chain that the dump does not show.
        if (chains.TryJump(name) is { } jump)
        {
            _statement = jump;
            return true;
        }

        _target = SyntaxCatalog.FindTarget(name);
        _statement = _target?.Initial;
        _targetName = pool.Get(name);
        if (_target is null && !KnownTargets.Contains(_targetName))
        {
            _statement = chains.Jump(name);
        }

        return true;
    }

    // iptables offers an option to every loaded module; in what it writes itself the last one opened is meant.
    private bool TryModules(ref OptionReader option)
    {
        if (_target is not null && _statement is not null)
        {
            var before = option;
            if (_target.Take(_statement, ref option) is { } statement)
            {
                if (option.Failed)
                {
                    return false;
                }

                _statement = statement;
                return true;
            }

            option = before;
        }

        for (var i = _slots.Count - 1; i >= 0; i--)
        {
            if (_slots[i] is not { Syntax: { } syntax, Match: { } match } slot)
            {
                continue;
            }

            var before = option;
            if (syntax.Take(match, ref option) is not { } grown)
            {
                option = before;
                continue;
            }

            if (option.Failed)
            {
                option = before;
                _slots[i] = new Slot(null, null, VerbatimOf(slot) + " " + TakeVerbatim(ref option));
                return true;
            }

            _slots[i] = slot with { Match = grown };
            return true;
        }

        return TryImplicitModule(ref option);
    }

    // "-p tcp --dport 80" loads the protocol's module by itself.
    private bool TryImplicitModule(ref OptionReader option)
    {
        var name = _protocol.Number switch { 6 => "tcp"u8, 17 => "udp"u8, 132 => "sctp"u8, 1 => "icmp"u8, 58 => "icmp6"u8, 33 => "dccp"u8, 50 => "esp"u8, 51 => "ah"u8, 135 => "mh"u8, _ => default };
        if (_target is not null || SyntaxCatalog.FindMatch(name) is not { } syntax || _slots.Exists(s => s.Syntax == syntax))
        {
            return false;
        }

        var before = option;
        if (syntax.Take(syntax.Initial, ref option) is { } match && !option.Failed)
        {
            _slots.Add(new Slot(syntax, match, ""));
            return true;
        }

        option = before;
        return false;
    }

    // An option nobody takes belongs to what was opened last; with it the whole module or target becomes unknown.
    private void KeepVerbatim(ref OptionReader option)
    {
        if (_statement is not null || _targetName is not null)
        {
            _targetName ??= (_statement as Verdict.Jump)?.Chain ?? (_statement as Verdict.Goto)?.Chain ?? "?";
            if (_target is not null && _statement is not null)
            {
                var written = new SaveWriter();
                _target.Write(_statement, written);
                _targetText = written.ToString().Trim();
            }

            _target = null;
            _statement = null;
            _targetText = $"{_targetText} {TakeVerbatim(ref option)}".Trim();
            return;
        }

        var last = _slots.FindLastIndex(s => s.Syntax is null);
        var text = TakeVerbatim(ref option);
        if (last == _slots.Count - 1 && last >= 0)
        {
            _slots[last] = _slots[last] with { Text = $"{_slots[last].Text} {text}" };
        }
        else
        {
            _slots.Add(new Slot(null, null, text));
        }
    }

    private static string VerbatimOf(Slot slot)
    {
        var writer = new SaveWriter();
        writer.Raw("-m ").Raw(slot.Syntax!.Name);
        if (slot.Match != slot.Syntax.Initial)
        {
            slot.Syntax.Write(slot.Match!, writer);
        }

        return writer.ToString();
    }

    private static string TakeVerbatim(ref OptionReader option)
    {
        var start = option.Start;
        while (option.HasArgument())
        {
            option.TryWord(out _);
        }

        return option.Slice(start, option.Position);
    }

    private EquatableArray<RulePart> Assemble()
    {
        if (_header.Count > 1)
        {
            SortHeader();
        }

        if (_targetName is not null && _statement is null)
        {
            _statement = new Verdict.Unknown(_targetName, _targetText);
        }

        var count = _header.Count + _slots.Count + (_statement is null ? 0 : 1);
        if (count == 0)
        {
            return default;
        }

        var parts = new RulePart[count];
        _header.CopyTo(parts);
        for (var i = 0; i < _slots.Count; i++)
        {
            parts[_header.Count + i] = _slots[i].Match ?? new UnknownMatch(_slots[i].Text);
        }

        if (_statement is not null)
        {
            parts[^1] = _statement;
        }

        return new EquatableArray<RulePart>(parts);
    }

    // The order iptables-save prints, whatever order they were written in: -s -d -i -o -p -f.
    private void SortHeader()
    {
        for (var i = 1; i < _header.Count; i++)
        {
            for (var j = i; j > 0 && HeaderRank(_header[j - 1]) > HeaderRank(_header[j]); j--)
            {
                (_header[j - 1], _header[j]) = (_header[j], _header[j - 1]);
            }
        }
    }

    private static int HeaderRank(RulePart part) => part switch
    {
        AddressMatch { End: PacketEnd.Source } => 0,
        AddressMatch => 1,
        InterfaceMatch { Direction: InterfaceDirection.In } => 2,
        InterfaceMatch => 3,
        ProtocolMatch => 4,
        _ => 5,
    };

    private readonly record struct Slot(MatchSyntax? Syntax, Match? Match, string Text);
}
