using Sluice.Netfilter.Nftables;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Rules.Matches;
using Sluice.Netfilter.Rules.Statements;

namespace Sluice.Dataplane.Graph;

/// <summary>Parts of rules for which only nft has words.</summary>
internal static class NativeText
{
    public static bool IsNative(RulePart part) =>
        part is NftMatch or NftCondition or SetValue or Count or ChangeSet or NftObserver or Verdict.Continue or Verdict.Lookup or Verdict.TranslateTo;

    // The family only tells the default answer of a rejection, which has words of iptables.
    public static string Of(RulePart part) => NftWriter.Write(new Rule([part]), TableFamily.IPv4);
}
