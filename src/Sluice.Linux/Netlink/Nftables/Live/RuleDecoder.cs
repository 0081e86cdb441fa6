using System.Text;
using Sluice.Net;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Rules.Expressions;
using Sluice.Netfilter.Rules.Matches;
using Sluice.Netfilter.Rules.Statements;

namespace Sluice.Linux.Netlink.Nftables.Live;

/// <summary>
/// Reads rules from the kernel's expressions over registers (nft's src/netlink_delinearize.c): to the same value that a reader of what
/// <c>nft list ruleset</c> prints would give. What is not known is kept by name, and the rest of the rule with it.
/// </summary>
internal sealed class RuleDecoder
{
    private readonly RegisterFile _registers = new();
    private readonly ProtocolContext _context = new();
    private readonly ExpressionDecoder _expressions;
    private readonly ComparisonDecoder _comparisons;
    private readonly StatementDecoder _statements;
    private readonly List<RulePart> _parts = [];

    internal RuleDecoder(Func<uint, string> nameOf)
    {
        _expressions = new ExpressionDecoder(_registers, _context);
        _comparisons = new ComparisonDecoder(_registers, _expressions, nameOf);
        _statements = new StatementDecoder(_registers, _context, _expressions);
    }

    /// <summary>Reads a rule.</summary>
    /// <param name="family">The table's family.</param>
    /// <param name="sets">The table's sets.</param>
    /// <param name="attributes">NFTA_RULE_*.</param>
    internal Rule Read(TableFamily family, SetTable sets, ReadOnlySpan<byte> attributes)
    {
        _parts.Clear();
        _registers.Clear();
        _context.Begin(family);
        _comparisons.Clear();
        RuleCounters? counters = null;
        var list = new NetlinkReader(NetlinkReader.Find(attributes, Nft.NFTA_RULE_EXPRESSIONS));
        while (list.Next())
        {
            var name = Encoding.UTF8.GetString(NetlinkReader.Find(list.Value, Nft.NFTA_EXPR_NAME).TrimEnd((byte)0));
            var data = new Attributes(NetlinkReader.Find(list.Value, Nft.NFTA_EXPR_DATA));
            if (name == "counter")
            {
                var (packets, bytes) = CounterReader.Read(NetlinkReader.Find(list.Value, Nft.NFTA_EXPR_DATA));
                counters = new RuleCounters(packets, bytes);
                _parts.Add(new Count(null));
            }
            else
            {
                Read(name, data, family, sets);
            }
        }

        if (UserData.Comment(NetlinkReader.Find(attributes, Nft.NFTA_RULE_USERDATA)) is { IsEmpty: false } comment)
        {
            _parts.Insert(0, new CommentMatch(Encoding.UTF8.GetString(comment)));
        }

        return new Rule(_parts.ToEquatableArray()) { Counters = counters };
    }

    private void Read(string name, Attributes data, TableFamily family, SetTable sets)
    {
        if (_expressions.TryLoad(name, data, family, _parts))
        {
            return;
        }

        var before = _parts.Count;
        var isRead = name switch
        {
            "cmp" => _comparisons.TryCompare(data, _parts),
            "range" => _comparisons.TryRange(data, _parts),
            "lookup" => TryLookup(data, sets),
            _ => _statements.TryRead(name, data, family, sets, _parts),
        };
        if (!isRead)
        {
            _parts.Add(name is "cmp" or "range" or "lookup" ? new UnknownMatch(name) : new Verdict.Unknown(name, ""));
        }
        else if (_parts.Count == before + 1 && _parts[^1] is NftMatch match)
        {
            _context.Learn(match, _parts);
        }
    }

    private bool TryLookup(Attributes data, SetTable sets)
    {
        var name = data.Text(1);
        if (sets.Find(name) is not { } set || _registers.Take(data.UInt32(2), set.Key.Bytes) is not { } key)
        {
            return false;
        }

        var reference = sets.Refer(name, key);
        if (!data.Has(3))
        {
            _parts.Add(new NftMatch(key, new NftOperand.InSet(reference), (data.UInt32(5) & 1) != 0));
        }
        else if (data.UInt32(3) == Nft.NFT_REG_VERDICT)
        {
            _parts.Add(new Verdict.Lookup(key, reference));
        }
        else
        {
            _registers[data.UInt32(3)] = new Register(new NftExpression.MapLookup(key, reference), null, set.Data?.Bytes ?? 4);
        }

        return true;
    }
}
