using Sluice.Net;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Rules.Matches;
using Sluice.Netfilter.Text;

namespace Sluice.Netfilter.Iptables;

/// <summary>
/// Tells whether two texts of a rule mean the same: as someone wrote it and as iptables-save prints it, say. Not for several
/// threads at once.
/// </summary>
/// <param name="family">The family of the rules: a plain REJECT means another answer in each.</param>
public sealed class RuleTextComparer(IPFamily family)
{
    // Names of chains are kept to share them; a node may have a hundred thousand.
    private const int MostReads = 8192;

    private readonly Verdict.Reject _plainReject = new(family == IPFamily.IPv4 ? "icmp-port-unreachable" : "icmp6-port-unreachable");
    private readonly NetAddress _allBits = new(family, UInt128.MaxValue >> (family == IPFamily.IPv4 ? 96 : 0));
    private ChainNames? _chains;
    private RuleReader? _reader;
    private int _reads;

    /// <summary>What a rule means: equal for all texts that mean the same.</summary>
    /// <param name="options">The rule's options, what follows <c>-A CHAIN</c>, as UTF-8.</param>
    public Rule Read(ReadOnlySpan<byte> options)
    {
        if (_reads++ % MostReads == 0)
        {
            var pool = new StringPool();
            _chains = new ChainNames(pool);
            _reader = new RuleReader(pool);
        }

        return new Rule(WithDefaults(_reader!.Read(options, _chains!)));
    }

    /// <summary>Whether two rules' options mean the same.</summary>
    public bool AreSame(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => left.SequenceEqual(right) || Read(left).Equals(Read(right));

    // What a person leaves out and iptables-save prints.
    private EquatableArray<RulePart> WithDefaults(EquatableArray<RulePart> parts)
    {
        RulePart[]? said = null;
        for (var i = 0; i < parts.Count; i++)
        {
            RulePart? part = parts[i] switch
            {
                Verdict.Reject { With: null } => _plainReject,
                RecentMatch { Mask: { } mask } recent when mask == _allBits => recent with { Mask = null },
                _ => null,
            };
            if (part is not null)
            {
                said ??= parts.Span.ToArray();
                said[i] = part;
            }
        }

        return said is null ? parts : new EquatableArray<RulePart>(said);
    }
}
