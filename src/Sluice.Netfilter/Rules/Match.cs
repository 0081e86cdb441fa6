using Sluice.Netfilter.Tracing;

namespace Sluice.Netfilter.Rules;

/// <summary>A condition of a rule. Matching never changes the packet.</summary>
public abstract record Match : RulePart
{
    /// <summary>Answers as the kernel would for this packet at this place, or says what the answer depends on.</summary>
    public abstract MatchResult Test(TracedPacket packet);
}
