using Sluice.Net;
using Sluice.Netfilter.Rules;
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

        var parts = _reader!.Read(options, _chains!);
        return new Rule(parts is [.., Verdict.Reject { With: null }] ? [.. parts.Span[..^1], _plainReject] : parts);
    }

    /// <summary>Whether two rules' options mean the same.</summary>
    public bool AreSame(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => left.SequenceEqual(right) || Read(left).Equals(Read(right));
}
