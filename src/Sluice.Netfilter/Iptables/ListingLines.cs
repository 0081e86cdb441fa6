using System.Text;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Text;

namespace Sluice.Netfilter.Iptables;

/// <summary>Reads the lines of <c>iptables -L</c>: <c>Chain X (2 references)</c>, the header of the columns, and rules.</summary>
internal sealed class ListingLines(DumpCursor cursor, StringPool pool)
{
    private readonly ListingRuleReader _rules = new(pool);

    /// <summary>How many rules the numbers of the current chain have counted; 0 while they have not shown.</summary>
    private uint _lastNumber;

    /// <summary><c>Chain INPUT (policy ACCEPT 12 packets, 720 bytes)</c> or <c>Chain KUBE-SVC-X (2 references)</c>.</summary>
    public bool TryBeginChain(ReadOnlySpan<byte> line, SourceSpan span)
    {
        var rest = line["Chain "u8.Length..].Trim(" \t"u8);
        var end = rest.IndexOfAny((byte)' ', (byte)'\t');
        var name = end < 0 ? rest : rest[..end];
        var detail = end < 0 ? default : rest[end..].Trim(" ()"u8);
        if (name.IsEmpty || !LooksLikeDetail(name, detail))
        {
            return false;
        }

        if (cursor.Block is { Form: BlockForm.Listing } open && !open.CanFollow(name))
        {
            // Another listing begins, of the same table only when something said so.
            cursor.Begin(BlockForm.Listing, span, BuiltinChains.Rank(name) < 0 ? open.Name : null);
        }

        var chain = cursor.Enter(cursor.In(BlockForm.Listing, span), name);
        chain.Source = span;
        if (detail.StartsWith("policy "u8))
        {
            ReadPolicy(chain, detail["policy "u8.Length..]);
        }

        _lastNumber = 0;
        _rules.Columns = null;
        _rules.SeenFamily = cursor.Block!.Family;
        return true;
    }

    /// <summary>A header of columns, or a rule; false when the line is neither.</summary>
    public bool TryRow(ReadOnlySpan<byte> line, SourceSpan span)
    {
        if (cursor is not { Block: { Form: BlockForm.Listing } block, Chain: not null })
        {
            return false;
        }

        if (ListingColumns.Parse(line) is { } columns)
        {
            _rules.Columns = columns;
            block.LacksInterfaces |= !columns.HasInterfaces;
            return true;
        }

        if (_rules.Read(line, block.Chains) is not { } parts)
        {
            return IsUnreadRule(line, span);
        }

        block.Family ??= _rules.SeenFamily;
        block.LacksInterfaces |= !_rules.Row.HasInterfaces;
        NoteGap(_rules.Row.Number, span);
        var rule = new Rule(parts) { Source = span, Counters = _rules.Row.Counters };
        if (_rules.KeptVerbatim)
        {
            cursor.NoteUnknown(rule);
        }

        cursor.Add(rule);
        return true;
    }

    // With --line-numbers a number that is missing is a rule that was cut.
    private void NoteGap(uint? number, SourceSpan span)
    {
        if (number is not { } current)
        {
            return;
        }

        if (current > _lastNumber + 1)
        {
            var missing = current - _lastNumber - 1;
            cursor.Cut(span, missing == 1 ? $"rule {current - 1} was left out before this line" : $"rules {_lastNumber + 1} to {current - 1} were left out before this line");
        }

        _lastNumber = Math.Max(current, _lastNumber);
    }

    // A line with the blanks and dashes of a rule that makes no sense: a rule is missing.
    private bool IsUnreadRule(ReadOnlySpan<byte> line, SourceSpan span)
    {
        if (line.IndexOf(" -- "u8) < 0 || (line.IndexOf("0.0.0.0/0"u8) < 0 && line.IndexOf("anywhere"u8) < 0))
        {
            return false;
        }

        cursor.Cut(span, "looks like a rule but could not be read: left out", ReaderNoteKind.NotUnderstood);
        return true;
    }

    private static bool LooksLikeDetail(ReadOnlySpan<byte> name, ReadOnlySpan<byte> detail) =>
        detail.StartsWith("policy "u8) || detail.IndexOf("reference"u8) >= 0 || detail.StartsWith("ERROR"u8) ||
        (detail.IsEmpty && name.IndexOfAnyInRange((byte)'A', (byte)'Z') >= 0 && name.IndexOfAny((byte)'.', (byte)':', (byte)',') < 0);

    private static void ReadPolicy(ChainBuilder chain, ReadOnlySpan<byte> detail)
    {
        chain.Policy = detail.StartsWith("DROP"u8) ? ChainPolicy.Drop : ChainPolicy.Accept;

        // "ACCEPT 12 packets, 720 bytes"
        var words = Encoding.UTF8.GetString(detail).Split(' ', 6);
        if (words is [_, var packets, "packets,", var bytes, ['b', 'y', 't', 'e', 's', ..], ..] && ListingCount.Parse(packets) is { } first && ListingCount.Parse(bytes) is { } second)
        {
            chain.PolicyCounters = new RuleCounters(first, second);
        }
    }
}
