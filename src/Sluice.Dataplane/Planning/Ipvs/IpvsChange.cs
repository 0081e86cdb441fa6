using Sluice.Netfilter.Ipvs;

namespace Sluice.Dataplane.Planning.Ipvs;

/// <summary>The steps of one change, collected address by address and given out phase by phase.</summary>
internal sealed class IpvsChange(IpvsLayout layout)
{
    private readonly List<IpvsStep>[] _phases = [.. Enum.GetValues<IpvsPhase>().Select(_ => new List<IpvsStep>())];

    /// <summary>Adds a step.</summary>
    public void Add(IpvsPhase phase, IpvsStep step) => _phases[(int)phase].Add(step);

    /// <summary>Adds an entry to a set.</summary>
    public void AddEntry(IpvsPhase phase, SetEntry entry) => Add(phase, new IpvsStep.AddEntry(layout.SetOf(entry.Set), entry.Entry));

    /// <summary>Removes an entry from a set.</summary>
    public void RemoveEntry(IpvsPhase phase, SetEntry entry) => Add(phase, new IpvsStep.RemoveEntry(layout.SetOf(entry.Set), entry.Entry));

    /// <summary>Gives out all steps in order, and forgets them.</summary>
    public IReadOnlyList<IpvsStep> Take()
    {
        IpvsStep[] steps = [.. _phases.SelectMany(p => p)];
        foreach (var phase in _phases)
        {
            phase.Clear();
        }

        return steps;
    }
}
