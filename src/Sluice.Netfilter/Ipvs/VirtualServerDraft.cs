using Sluice.Net;

namespace Sluice.Netfilter.Ipvs;

/// <summary>A virtual server while it is read.</summary>
internal sealed class VirtualServerDraft(VirtualServer shape)
{
    /// <summary>What is known of it, without its real servers.</summary>
    public VirtualServer Shape { get; set; } = shape;

    /// <summary>Whether the form shows scheduler and persistence.</summary>
    public bool KnowsScheduler { get; set; }

    /// <summary>The real servers, in the order of the source.</summary>
    public List<RealServerDraft> Reals { get; private set; } = [];

    /// <summary>Adds a real server, or says more about one that is there.</summary>
    public void Add(RealServerDraft real)
    {
        var place = Reals.FindIndex(r => r.Address == real.Address && r.Port == real.Port);
        if (place < 0)
        {
            Reals.Add(real);
        }
        else
        {
            Reals[place] = real.MergedWith(Reals[place]);
        }
    }

    /// <summary>Whether both listings say otherwise of the same thing; what one of them does not show does not count.</summary>
    public bool Contradicts(VirtualServerDraft other) =>
        (KnowsScheduler && other.KnowsScheduler && !Shape.Equals(other.Shape)) || Reals.Count != other.Reals.Count ||
        Reals.Exists(r => other.Find(r) is not { } same || same.Contradicts(r));

    /// <summary>Takes over what another listing of the same virtual server shows beyond this one.</summary>
    public void Complete(VirtualServerDraft other)
    {
        if (!KnowsScheduler && other.KnowsScheduler)
        {
            Shape = other.Shape with { Source = Shape.Source };
            KnowsScheduler = true;
        }

        Reals = Reals.ConvertAll(r => other.Find(r) is { } same ? r.MergedWith(same) : r);
    }

    public VirtualServer Build() => Shape with { RealServers = Reals.Select(r => r.Build()).ToEquatableArray() };

    private RealServerDraft? Find(RealServerDraft real) => Reals.Find(r => r.Address == real.Address && r.Port == real.Port);
}
