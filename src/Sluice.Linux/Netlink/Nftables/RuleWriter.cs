using System.Diagnostics;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Rules.Expressions;
using Sluice.Netfilter.Rules.Matches;
using Sluice.Netfilter.Rules.Sets;
using Sluice.Netfilter.Rules.Statements;

namespace Sluice.Linux.Netlink.Nftables;

/// <summary>
/// Writes rules (NFT_MSG_NEWRULE) as expressions over registers, and before each the sets of its own. Registers are used from the first
/// for each part anew: nothing is carried from one to the next.
/// </summary>
internal sealed class RuleWriter : IDisposable
{
    private readonly NftBatch _batch;
    private readonly ElementWriter _elements;
    private readonly NetlinkWriter _body = new();
    private readonly ExpressionWriter _to;
    private readonly RegisterLoader _loader;
    private readonly VerdictCompiler _verdicts;
    private string _table = "";
    private uint _sets;

    internal RuleWriter(NftBatch batch, ElementWriter elements)
    {
        _batch = batch;
        _elements = elements;
        _to = new ExpressionWriter(_body);
        _loader = new RegisterLoader(_to, new ProtocolQuestions(_to), WriteSet);
        _verdicts = new VerdictCompiler(_to, _loader);
    }

    /// <summary>Writes the rules of a chain behind those it has.</summary>
    /// <param name="family">The table's family.</param>
    /// <param name="table">The table's name.</param>
    /// <param name="sets">The table's sets.</param>
    /// <param name="chain">The chain.</param>
    /// <exception cref="NftNotSupportedException">A part of a rule cannot be written.</exception>
    internal void Write(TableFamily family, string table, IReadOnlyList<NftSet> sets, Chain chain)
    {
        _table = table;
        foreach (var rule in chain.Rules)
        {
            _body.Clear();
            _loader.BeginRule(family, sets);
            foreach (var part in rule.Parts)
            {
                Write(part);
            }

            _batch.BeginMessage(Nft.NFT_MSG_NEWRULE, NetlinkMessages.NLM_F_CREATE | NetlinkMessages.NLM_F_APPEND);
            var writer = _batch.Writer;
            writer.Text(Nft.NFTA_RULE_TABLE, table);
            writer.Text(Nft.NFTA_RULE_CHAIN, chain.Name);
            var expressions = writer.BeginNest(Nft.NFTA_RULE_EXPRESSIONS);
            writer.Copy(_body.Written);
            writer.EndNest(expressions);
            if (rule.Comment is { } comment)
            {
                UserData.WriteComment(writer.Attribute(Nft.NFTA_RULE_USERDATA, UserData.SizeOfComment(comment)), Nft.CommentUserData, comment);
            }

            writer.EndMessage();
        }
    }

    /// <summary>Begins a batch: sets without a name are numbered within it.</summary>
    internal void Begin() => _sets = 0;

    /// <inheritdoc/>
    public void Dispose() => _body.Dispose();

    private uint WriteSet(NftSet set)
    {
        var id = ++_sets;
        SetWriter.Write(_batch, _table, set, id);
        _elements.Write(_table, set, id);
        return id;
    }

    private void Write(RulePart part)
    {
        switch (part)
        {
            case CommentMatch:
                break;
            case NftMatch match:
                Write(match);
                break;
            case Verdict verdict:
                _verdicts.Write(verdict);
                break;
            case SetValue { Target: NftExpression.Meta meta } set when KernelKeys.Meta(meta.Key) is { } key:
                _loader.Load(set.Value);
                _to.Meta(RegisterLoader.First, key, isSet: true);
                break;
            case SetValue { Target: NftExpression.Conntrack ct } set when KernelKeys.Conntrack(ct.Key, ct.Type.Bits) is { } key:
                _loader.Load(set.Value);
                _to.Conntrack(RegisterLoader.First, key, RegisterLoader.NumberOf(ct.Direction), isSet: true);
                break;
            case Count { Name: null }:
                _to.Counter();
                break;
            case Count { Name: { } name }:
                _to.Object(1, name);
                break;
            case ChangeSet change:
                Write(change);
                break;
            case Log log:
                _to.Log(log.Prefix, log.Level, LogFlags.Of(log));
                break;
            case NetfilterLog log:
                _to.LogToGroup(log.Group, log.Prefix, log.Size, log.Threshold);
                break;
            case NoTrack:
                _to.NoTrack();
                break;
            default:
                throw new NftNotSupportedException($"the part {part}");
        }
    }

    private void Write(ChangeSet change)
    {
        var data = change.Data is { } value ? _loader.Load(change.Key, value) : (uint?)null;
        if (change.Data is null)
        {
            _loader.Load(change.Key);
        }

        var operation = change.Operation switch
        {
            SetOperation.Add => 0u,
            SetOperation.Update => 1u,
            SetOperation.Delete => 2u,
            _ => throw new UnreachableException(),
        };
        _to.ChangeSet(operation, change.Set, RegisterLoader.First, data, change.Timeout, change.HasCounter);
    }

    private void Write(NftMatch match)
    {
        switch (match.Right)
        {
            case NftOperand.Values { } values when values.First == values.Last && match.Left is NftExpression.Payload { Field: { } field } && RegisterLoader.IsPartial(field):
                _loader.CompareBits(field, values.First, match.Inverted);
                break;
            case NftOperand.Values values:
                Compare(match.Left, values, match.Inverted);
                break;
            case NftOperand.InSet set:
                _loader.LookUp(match.Left, set.Set, result: null, match.Inverted);
                break;
            case NftOperand.AnyBit bits:
                _loader.Load(match.Left);
                var zero = new byte[bits.Bits.Length];
                _to.Bitwise(RegisterLoader.First, _loader.InKernelOrder(bits.Bits, _loader.TypeOf(match.Left)), zero);
                _to.Compare(RegisterLoader.First, !match.Inverted, zero);
                break;
            default:
                throw new NftNotSupportedException($"the comparison with {match.Right}");
        }
    }

    private void Compare(NftExpression left, NftOperand.Values values, bool inverted)
    {
        var type = _loader.TypeOf(left);
        _loader.Load(left);
        if (values.First == values.Last)
        {
            _to.Compare(RegisterLoader.First, inverted, _loader.InKernelOrder(values.First, type));
            if (left is NftExpression.Meta { Key: "l4proto" } && !inverted)
            {
                _loader.Knows(values.First.Span[0]);
            }

            return;
        }

        // Names that begin alike, as "eth*", are compared by what they have in common; networks by their mask.
        var common = values.First.Span.CommonPrefixLength(values.Last.Span);
        if (type.Parts is [{ KernelId: 41 }] && values.First.Span[common..].IndexOfAnyExcept((byte)0) < 0 && values.Last.Span[common..].IndexOfAnyExcept((byte)0xff) < 0)
        {
            _to.Compare(RegisterLoader.First, inverted, values.First.Span[..common]);
        }
        else if (type.Parts is [{ KernelId: 7 or 8 }] && MaskOf(values.First.Span, values.Last.Span) is { } mask)
        {
            _to.Bitwise(RegisterLoader.First, mask, new byte[mask.Length]);
            _to.Compare(RegisterLoader.First, inverted, values.First.Span);
        }
        else
        {
            if (type.Parts is [{ IsHostEndian: true }])
            {
                _to.ToNetworkOrder(RegisterLoader.First, type.Bytes);
            }

            _to.Range(RegisterLoader.First, inverted, values.First.Span, values.Last.Span);
        }
    }

    // The mask of a network; null when the range is none.
    private static byte[]? MaskOf(ReadOnlySpan<byte> first, ReadOnlySpan<byte> last)
    {
        var mask = new byte[first.Length];
        var isHost = false;
        for (var i = 0; i < mask.Length; i++)
        {
            var host = first[i] ^ last[i];
            if ((first[i] & host) != 0 || (host & (host + 1)) != 0 || (isHost && host != 0xff))
            {
                return null;
            }

            isHost |= host != 0;
            mask[i] = (byte)~host;
        }

        return mask;
    }
}
