using System.Globalization;
using System.Text;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Text;

namespace Sluice.Netfilter.Iptables;

/// <summary>Reads the lines of iptables-save and <c>iptables -S</c>: <c>*nat</c>, <c>:CHAIN ACCEPT [0:0]</c>, <c>-A CHAIN ...</c>, COMMIT.</summary>
internal sealed class SaveLines(DumpCursor cursor, StringPool pool)
{
    private readonly RuleReader _rules = new(pool);

    /// <summary><c>*nat</c>; false when it is no name.</summary>
    public bool TryBeginTable(ReadOnlySpan<byte> name, SourceSpan span)
    {
        if (name.IsEmpty || name.IndexOfAnyExceptInRange((byte)'a', (byte)'z') >= 0)
        {
            return false;
        }

        cursor.Begin(BlockForm.Save, span, Encoding.UTF8.GetString(name));
        _rules.SeenFamily = null;
        return true;
    }

    /// <summary><c>:INPUT ACCEPT [12:720]</c>, the colon taken off.</summary>
    public void DeclareChain(ReadOnlySpan<byte> rest, SourceSpan span)
    {
        var name = SaveWords.Take(ref rest);
        if (name.IsEmpty)
        {
            return;
        }

        var chain = Declare(BlockForm.Save, name, span);
        SetPolicy(chain, SaveWords.Take(ref rest));
        if (chain.Policy is not null && rest is [(byte)'[', ..] && SaveWords.Counters(rest) is { } counters)
        {
            chain.PolicyCounters = counters;
        }
    }

    /// <summary>
    /// <c>-A CHAIN ...</c>, <c>-I CHAIN 1 ...</c>, <c>-P CHAIN ACCEPT</c>, <c>-N CHAIN</c>; false when it is none of these.
    /// </summary>
    public bool TryCommand(ReadOnlySpan<byte> line, SourceSpan span, RuleCounters? counters, BlockForm form = BlockForm.Rules)
    {
        if (line.Length < 4)
        {
            return false;
        }

        var rest = line[3..].TrimStart(" \t"u8);
        var name = SaveWords.Take(ref rest);
        if (name.IsEmpty)
        {
            return false;
        }

        switch (line[1])
        {
            case (byte)'A':
                return TryAddRule(name, rest, span, counters, form);
            case (byte)'I':
                return TryInsertRule(name, rest, span, form);
            case (byte)'P':
                return TrySetPolicy(name, rest, span, form);
            case (byte)'N' when rest.IsEmpty:
                Declare(form, name, span);
                return true;
            default:
                return false;
        }
    }

    /// <summary><c>[12:720] -A CHAIN ...</c> of iptables-save -c; false when it is something else in brackets.</summary>
    public bool TryCountedRule(ReadOnlySpan<byte> line, SourceSpan span)
    {
        if (SaveWords.Counters(line) is not { } counters)
        {
            return false;
        }

        var rest = line[(line.IndexOf((byte)']') + 1)..].TrimStart((byte)' ');
        return rest is [(byte)'-', (byte)'A', (byte)' ', ..] && TryCommand(rest, span, counters);
    }

    /// <summary>Whether the last word of a line that may be cut is a chain or plain target: then the line was whole.</summary>
    public bool IsWholeRule(ReadOnlySpan<byte> line)
    {
        var name = line[(line.LastIndexOf((byte)' ') + 1)..];
        var before = line[..^name.Length].TrimEnd((byte)' ');
        return (before.EndsWith(" -j"u8) || before.EndsWith(" -g"u8)) &&
            (cursor.Block?.Chains.Find(name) is { Source.Line: > 0 } || SyntaxCatalog.FindTarget(name) is PlainTargetSyntax);
    }

    private bool TryAddRule(ReadOnlySpan<byte> chain, ReadOnlySpan<byte> options, SourceSpan span, RuleCounters? counters, BlockForm form)
    {
        if (!LooksLikeOptions(options))
        {
            return false;
        }

        var block = cursor.In(form, span);
        cursor.Enter(block, chain);
        cursor.Add(Read(options, block, span, counters));
        return true;
    }

    // The numbers of -I count from 1; without one the rule becomes the first.
    private bool TryInsertRule(ReadOnlySpan<byte> chain, ReadOnlySpan<byte> options, SourceSpan span, BlockForm form)
    {
        var after = options;
        var position = 1;
        if (int.TryParse(SaveWords.Take(ref after), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            position = Math.Max(1, number);
            options = after;
        }

        if (!LooksLikeOptions(options))
        {
            return false;
        }

        var block = cursor.In(form, span);
        cursor.Enter(block, chain);
        cursor.Insert(position - 1, Read(options, block, span, counters: null));
        return true;
    }

    private Rule Read(ReadOnlySpan<byte> options, TableBlock block, SourceSpan span, RuleCounters? counters)
    {
        if (block.Family is null)
        {
            _rules.SeenFamily = null;
        }

        var parts = _rules.Read(options, block.Chains);
        block.Family ??= _rules.SeenFamily;
        var rule = new Rule(parts) { Source = span, Counters = counters ?? _rules.Counters };
        if (_rules.KeptVerbatim)
        {
            cursor.NoteUnknown(rule);
        }

        return rule;
    }

    private bool TrySetPolicy(ReadOnlySpan<byte> name, ReadOnlySpan<byte> rest, SourceSpan span, BlockForm form)
    {
        var word = SaveWords.Take(ref rest);
        if (!word.SequenceEqual("ACCEPT"u8) && !word.SequenceEqual("DROP"u8))
        {
            return false;
        }

        // Policies come first in -S: one after rules, or of the same chain again, belongs to the next table.
        if (form == BlockForm.Rules && cursor.Block is { Form: BlockForm.Rules } block && (cursor.Chain is not null || !block.CanFollow(name)))
        {
            cursor.EndBlock(isCommitted: true);
        }

        var chain = Declare(form, name, span);
        SetPolicy(chain, word);
        if (rest.StartsWith("-c "u8))
        {
            rest = rest[3..];
            if (ulong.TryParse(SaveWords.Take(ref rest), out var packets) && ulong.TryParse(SaveWords.Take(ref rest), out var bytes))
            {
                chain.PolicyCounters = new RuleCounters(packets, bytes);
            }
        }

        return true;
    }

    private ChainBuilder Declare(BlockForm form, ReadOnlySpan<byte> name, SourceSpan span)
    {
        var chain = cursor.In(form, span).Chains.GetOrAdd(name);
        chain.Source = span;
        return chain;
    }

    private static void SetPolicy(ChainBuilder chain, ReadOnlySpan<byte> word)
    {
        if (word.SequenceEqual("ACCEPT"u8) || word.SequenceEqual("DROP"u8))
        {
            chain.Policy = word[0] == 'A' ? ChainPolicy.Accept : ChainPolicy.Drop;
        }
    }

    // Outside of a table a remark may begin with "-A": what follows a rule's chain is an option. Inside, unknown words may stand first.
    private bool LooksLikeOptions(ReadOnlySpan<byte> options) =>
        options.IsEmpty || options[0] is (byte)'-' or (byte)'!' || cursor.Block is { Form: BlockForm.Save or BlockForm.Rules };
}
