namespace Sluice.Dataplane.Planning.Ipvs;

/// <summary>
/// The parts of a change, in their order. After every step each packet meets the old or the new: what refuses, drops or masquerades comes before
/// endpoints do, and goes after them. A virtual server without endpoints refuses, so it comes first and goes last.
/// </summary>
internal enum IpvsPhase
{
    /// <summary>New virtual servers, which refuse as yet.</summary>
    AddServers,

    /// <summary>Who may use addresses.</summary>
    AddSources,

    /// <summary>What drops and what marks for masquerade.</summary>
    AddGuards,

    /// <summary>New schedulers, new real servers, new weights.</summary>
    AddReals,

    /// <summary>Real servers that go.</summary>
    RetireReals,

    /// <summary>What drops and marks no more, where the address stays.</summary>
    RemoveGuards,

    /// <summary>Who may no longer use an address that stays.</summary>
    RemoveSources,

    /// <summary>New addresses of the interface.</summary>
    AddAddresses,

    /// <summary>Addresses that the interface loses.</summary>
    RemoveAddresses,

    /// <summary>Virtual servers that go with their address; of others the real servers, so that they refuse.</summary>
    RemoveServers,

    /// <summary>Entries of what is gone.</summary>
    RemoveEntries,

    /// <summary>Virtual servers that go while the interface keeps their address.</summary>
    RemoveRefusing,
}
