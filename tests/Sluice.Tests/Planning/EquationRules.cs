using Sluice.Kubernetes.Intent;
using Sluice.Net;
using Sluice.Netfilter;
using Sluice.Netfilter.Tracing;

namespace Sluice.Tests.Planning;

/// <summary>A planner as the equation asks it: its rules for a cluster, and what they are to do where that is not what is meant.</summary>
internal abstract class EquationRules
{
    /// <summary>Where the rules cannot do what is meant, or shall not.</summary>
    public abstract IReadOnlyList<EquationDifference> Differences { get; }

    /// <summary>Differences that are not about where a packet goes but with which probability; each must be met.</summary>
    public abstract IReadOnlyList<string> DifferencesInShares { get; }

    /// <summary>What a kernel holds for a cluster: rules, and whatever else routes. Of interfaces only those that the planner makes.</summary>
    public abstract NodeSnapshot Load(EquationCluster cluster, ServiceIntent intent);

    /// <summary>What the rules are to do with a packet, and which difference says so; null when they do what is meant.</summary>
    public abstract (RouteAnswer Answer, EquationDifference? Difference) AnswerOfRules(EquationCluster cluster, ServiceIntent intent, Packet packet);

    /// <summary>Who judges what the rules do with a packet.</summary>
    public abstract EquationJudge Judge(EquationCluster cluster, NodeSnapshot loaded, Packet packet, Trace trace);

    /// <summary>Whether a difference in shares concerns an answer.</summary>
    public abstract bool Concerns(string differenceInShares, RouteAnswer.Forwarded answer);
}
