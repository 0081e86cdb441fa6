using Sluice.Net;
using Sluice.Netfilter.Ipsets;

namespace Sluice.Netfilter.Ipvs;

/// <summary>One thing that a kernel is told in IPVS mode: one message, or one entry of one. Steps are carried out in their order.</summary>
public abstract record IpvsStep
{
    private IpvsStep()
    {
    }

    /// <summary>Makes a set, without entries.</summary>
    /// <param name="Set">The set; its entries do not count.</param>
    public sealed record CreateSet(IpSet Set) : IpvsStep;

    /// <summary>Puts another set with all its entries in the place of one, at one moment, and removes the old one: how a set grows.</summary>
    /// <param name="Set">The set as it is to be, with its entries, under the name it is to have.</param>
    public sealed record ReplaceSet(IpSet Set) : IpvsStep;

    /// <summary>Removes a set that no rule asks; one that is not there is no fault.</summary>
    /// <param name="Name">Its name.</param>
    public sealed record DestroySet(string Name) : IpvsStep;

    /// <summary>Adds an entry; one that is there already is given its comment.</summary>
    /// <param name="Set">The set, whose type says what the entry is made of.</param>
    /// <param name="Entry">The entry.</param>
    public sealed record AddEntry(IpSet Set, IpSetEntry Entry) : IpvsStep;

    /// <summary>Removes an entry; one that is not there is no fault.</summary>
    /// <param name="Set">The set, whose type says what the entry is made of.</param>
    /// <param name="Entry">The entry.</param>
    public sealed record RemoveEntry(IpSet Set, IpSetEntry Entry) : IpvsStep;

    /// <summary>Makes the node answer for an address, by giving it to the interface of IPVS; one that has it already is no fault.</summary>
    /// <param name="Address">The address.</param>
    public sealed record AddAddress(NetAddress Address) : IpvsStep;

    /// <summary>Takes an address from the interface of IPVS; one that it does not have is no fault.</summary>
    /// <param name="Address">The address.</param>
    public sealed record RemoveAddress(NetAddress Address) : IpvsStep;

    /// <summary>Adds a virtual server; its real servers come by steps of their own. One that is there already is changed.</summary>
    /// <param name="Server">The virtual server; its real servers do not count.</param>
    public sealed record AddServer(VirtualServer Server) : IpvsStep;

    /// <summary>Changes the scheduler, flags or persistence of a virtual server; connections stay.</summary>
    /// <param name="Server">The virtual server as it is to be; its real servers do not count.</param>
    public sealed record EditServer(VirtualServer Server) : IpvsStep;

    /// <summary>Removes a virtual server and its real servers; one that is not there is no fault.</summary>
    /// <param name="Key">Which.</param>
    public sealed record RemoveServer(VirtualServerKey Key) : IpvsStep;

    /// <summary>Adds a real server to a virtual server; one that is there already is changed.</summary>
    /// <param name="Key">The virtual server.</param>
    /// <param name="Real">The real server.</param>
    public sealed record AddReal(VirtualServerKey Key, RealServer Real) : IpvsStep;

    /// <summary>Changes the weight or thresholds of a real server; its connections stay.</summary>
    /// <param name="Key">The virtual server.</param>
    /// <param name="Real">The real server as it is to be.</param>
    public sealed record EditReal(VirtualServerKey Key, RealServer Real) : IpvsStep;

    /// <summary>Removes a real server; its connections end with their next packet. One that is not there is no fault.</summary>
    /// <param name="Key">The virtual server.</param>
    /// <param name="Real">The real server.</param>
    public sealed record RemoveReal(VirtualServerKey Key, RealServer Real) : IpvsStep;
}
