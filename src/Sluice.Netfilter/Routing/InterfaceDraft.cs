using Sluice.Net;

namespace Sluice.Netfilter.Routing;

/// <summary>An interface while its listings are read: several of them may each tell a part.</summary>
/// <param name="name">The name.</param>
internal sealed class InterfaceDraft(string name)
{
    private readonly List<InterfaceAddress> _addresses = [];
    private readonly Dictionary<(NetAddress, int, NetAddress?), int> _places = [];

    public string Name { get; } = name;

    public int Index { get; set; }

    public bool IsUp { get; set; } = true;

    public string? Master { get; set; }

    /// <summary>Adds an address, or replaces what an earlier listing said of it.</summary>
    public void Add(InterfaceAddress address)
    {
        var key = (address.Address, address.PrefixLength, address.Peer);
        if (_places.TryAdd(key, _addresses.Count))
        {
            _addresses.Add(address);
        }
        else
        {
            _addresses[_places[key]] = address;
        }
    }

    public bool Has(NetAddress address, int length, NetAddress? peer) => _places.ContainsKey((address, length, peer));

    public NetInterface ToInterface() => new(Index, Name, IsUp, _addresses.ToEquatableArray()) { Master = Master };
}
