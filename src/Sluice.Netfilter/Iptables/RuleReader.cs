using Sluice.Net;
using Sluice.Netfilter.Iptables.Matches;
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
    private readonly List<ModuleSlot> _slots = [];
    private readonly RuleHeader _header = new();
    private readonly List<Range> _targetOptions = [];
    private readonly ModuleCache _modules = new(pool);
    private TargetSyntax? _target;
    private Statement? _statement;
    private string? _targetName;
    private string _targetText = "";
    private Verdict.Jump? _undeclared;
    private bool _isTargetLast;
    private L4Protocol _protocol;

    /// <summary>Families of the addresses seen so far; tells which family a dump without a header is of.</summary>
    public IPFamily? SeenFamily { get; set; }

    /// <summary>Counters given inside the rule (<c>-c packets bytes</c>), for the rule read last.</summary>
    public RuleCounters? Counters { get; private set; }

    /// <summary>Whether the rule read last holds something that is not known.</summary>
    public bool KeptVerbatim { get; private set; }

    /// <summary>Reads the options that follow <c>-A CHAIN</c>. <paramref name="chains"/> names the statements that jump.</summary>
    public EquatableArray<RulePart> Read(ReadOnlySpan<byte> text, ChainNames chains)
    {
        _slots.Clear();
        _header.Clear();
        _targetOptions.Clear();
        _isTargetLast = false;
        (_target, _statement, _targetName, _targetText, _undeclared) = (null, null, null, "", null);
        _protocol = L4Protocol.Any;
        Counters = null;
        KeptVerbatim = false;
        var option = new OptionReader(text, pool);
        while (option.MoveNext())
        {
            if (option.IsQuoted)
            {
                KeepQuoted(option);
            }
            else if (RuleHeader.Letter(option.Name) != 0 && !IsOfPolicy(option.Name))
            {
                // A rule written by hand: the options of a jump come before or after it.
                _isTargetLast &= _undeclared is null;
                if (!TryHeader(ref option, chains))
                {
                    _slots.Add(new ModuleSlot(null, null, TakeVerbatim(ref option)));
                }
            }
            else if (!TryModules(ref option))
            {
                KeepVerbatim(ref option);
            }
        }

        return Assemble();
    }

    // "-m policy --proto esp" is the one option of a module that is also a short form of the header's.
    private bool IsOfPolicy(ReadOnlySpan<byte> name) =>
        name.SequenceEqual("--proto"u8) && _slots is [.., var last] &&
        (last.Syntax?.Name == "policy" || last.Text.StartsWith("-m policy", StringComparison.Ordinal));

    private bool TryHeader(ref OptionReader option, ChainNames chains) =>
        RuleHeader.Letter(option.Name) switch
        {
            (byte)'s' => Address(ref option, PacketEnd.Source),
            (byte)'d' => Address(ref option, PacketEnd.Destination),
            (byte)'p' => Protocol(ref option),
            (byte)'i' => Interface(ref option, InterfaceDirection.In),
            (byte)'o' => Interface(ref option, InterfaceDirection.Out),
            (byte)'m' => OpenModule(ref option),
            (byte)'j' => Target(ref option, chains),
            (byte)'g' => Goto(ref option, chains),
            (byte)'f' => Fragment(option.Inverted),
            _ => ReadCounters(ref option),
        };

    private bool Fragment(bool inverted)
    {
        _header.Add(new FragmentMatch(inverted));
        return true;
    }

    private bool Goto(ref OptionReader option, ChainNames chains)
    {
        var chain = option.Word();
        if (option.Failed)
        {
            return false;
        }

        (_statement, _target, _targetName) = (chains.Goto(chain), null, null);
        return true;
    }

    private bool Address(ref OptionReader option, PacketEnd end)
    {
        var prefix = option.Prefix();
        if (option.Failed)
        {
            return false;
        }

        SeenFamily ??= prefix.Family;
        if (!prefix.IsAny || option.Inverted)
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
        // After a target its options come first, whoever else may want them.
        if (_statement is null && _targetName is null && _modules.TryRead(option.Rest, out var known, out var match) is > 0 and var length)
        {
            option.Skip(length);
            _slots.Add(new ModuleSlot(known, match, ""));
            return true;
        }

        var start = option.Start;
        var name = option.Word();
        if (option.Failed)
        {
            return false;
        }

        _isTargetLast = false;
        var syntax = SyntaxCatalog.FindMatch(name);
        _slots.Add(syntax is null
            ? ModuleSlot.Unknown(option.Slice(start, option.Position))
            : new ModuleSlot(syntax, syntax.Initial, ""));
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
        _isTargetLast = true;
        _targetOptions.Clear();
        if (chains.TryJump(name) is { } jump)
        {
            (_statement, _target, _targetName) = (jump, null, null);
            return true;
        }

        _target = SyntaxCatalog.FindTarget(name);
        _statement = _target?.Initial;
        _targetName = _target?.Name ?? pool.Get(name);
        if (_target is null && !KnownTargets.Contains(_targetName))
        {
            _undeclared = chains.Jump(name);
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
                    _isTargetLast = true;
                    return false;
                }

                _statement = statement;
                _targetOptions.Add(option.Start..option.Position);
                return true;
            }

            option = before;
        }

        // What was opened last and is not known gets all options until something else is opened.
        if (_isTargetLast ? _targetName is not null && _statement is null : _slots is [.., { Syntax: null, IsModule: true }])
        {
            return false;
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
                _slots[i] = ModuleSlot.Unknown(ModuleSlot.VerbatimOf(slot) + " " + TakeVerbatim(ref option));
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
        if (SyntaxCatalog.FindMatch(name) is not { } syntax || _slots.Exists(s => s.Syntax == syntax))
        {
            return false;
        }

        var before = option;
        if (syntax.Take(syntax.Initial, ref option) is { } match && !option.Failed)
        {
            _slots.Add(new ModuleSlot(syntax, match, ""));
            return true;
        }

        option = before;
        return false;
    }

    // An option nobody takes belongs to what was opened last; with it the whole module or target becomes unknown.
    private void KeepVerbatim(ref OptionReader option)
    {
        if (_isTargetLast && _targetName is not null)
        {
            foreach (var range in _targetOptions)
            {
                AddTargetText(option.Slice(range.Start.Value, range.End.Value));
            }

            _targetOptions.Clear();
            AddTargetText(TakeVerbatim(ref option));
            return;
        }

        var text = TakeVerbatim(ref option);
        switch (_slots)
        {
            case [.., { Syntax: null, IsQuoted: false } last]:
                _slots[^1] = last with { Text = $"{last.Text} {text}" };
                break;
            case [.., { Syntax: not null and not CommentSyntax } last]:
                _slots[^1] = ModuleSlot.Unknown($"{ModuleSlot.VerbatimOf(last)} {text}");
                break;
            default:
                _slots.Add(new ModuleSlot(null, null, text));
                break;
        }
    }

    // A word in quotes where an option should be: RestoreWriter puts words of listings so that would mean something else here.
    private void KeepQuoted(OptionReader option)
    {
        var text = System.Text.Encoding.UTF8.GetString(option.Name);
        if (_isTargetLast && _targetName is not null)
        {
            AddTargetText(text);
        }
        else
        {
            _slots.Add(new ModuleSlot(null, null, text) { IsQuoted = true });
        }
    }

    private void AddTargetText(string text)
    {
        (_target, _statement, _undeclared) = (null, null, null);
        _targetText = _targetText.Length == 0 ? text : $"{_targetText} {text}";
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
        _statement ??= _undeclared;
        if (_targetName is not null && _statement is null)
        {
            KeptVerbatim = true;
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
            KeptVerbatim |= _slots[i].Match is null;
            parts[_header.Count + i] = _slots[i].Match ?? new UnknownMatch(_slots[i].Text);
        }

        if (_statement is not null)
        {
            parts[^1] = _statement;
        }

        return new EquatableArray<RulePart>(parts);
    }

    // IsModule: it began with -m, and options that follow are its own.
}
