using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Text;

namespace Sluice.Netfilter.Iptables;

/// <summary>A chain while it is being read.</summary>
internal sealed class ChainBuilder(string name)
{
    private Verdict.Goto? _goto;

    public string Name => name;

    /// <summary>ACCEPT or DROP for a built-in chain; null for a user's chain, or while the dump has not said.</summary>
    public ChainPolicy? Policy { get; set; }

    public RuleCounters? PolicyCounters { get; set; }

    /// <summary>Where the dump declared the chain; <see cref="SourceSpan.None"/> while it has not.</summary>
    public SourceSpan Source { get; set; }

    public List<Rule> Rules { get; } = [];

    public List<ChainGap> Gaps { get; } = [];

    public Verdict.Jump Jump { get; } = new(name);

    public Verdict.Goto Goto => _goto ??= new(name);
}
