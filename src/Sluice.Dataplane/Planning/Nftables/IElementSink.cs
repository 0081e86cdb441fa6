using Sluice.Netfilter.Nftables.Changes;

namespace Sluice.Dataplane.Planning.Nftables;

/// <summary>Takes the elements that come and go.</summary>
internal interface IElementSink
{
    /// <summary>An element that comes.</summary>
    public void Put(ChangePhase phase, ElementChange element);

    /// <summary>An element that goes.</summary>
    public void Take(ChangePhase phase, ElementChange element);

    /// <summary>The name of the chain that a verdict goes to; from now on it is there.</summary>
    public string Require(PlannedVerdict verdict);
}
