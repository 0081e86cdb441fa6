using System.Runtime.InteropServices;

namespace Sluice.Dataplane.Planning;

/// <summary>Who has which address, and who would have it next. An address goes to the first that claims it, in the order of claims.</summary>
/// <typeparam name="TPort">What a planner remembers of a Service port.</typeparam>
internal sealed class AddressClaims<TPort>
    where TPort : RememberedPort
{
    private readonly Dictionary<ServiceAddress, Claim<TPort>> _owners = [];

    // Hardly any address is claimed twice.
    private readonly Dictionary<ServiceAddress, List<Claim<TPort>>> _waiting = [];

    /// <summary>Who has an address; null when nobody.</summary>
    public Claim<TPort>? OwnerOf(ServiceAddress address) => _owners.TryGetValue(address, out var owner) ? owner : null;

    /// <summary>Makes room for so many addresses.</summary>
    public void Reserve(int count) => _owners.EnsureCapacity(count);

    /// <summary>Adds a claim.</summary>
    public void Add(ServiceAddress address, Claim<TPort> claim)
    {
        ref var owner = ref CollectionsMarshal.GetValueRefOrAddDefault(_owners, address, out var exists);
        if (exists)
        {
            var later = claim.GoesBefore(owner) ? owner : claim;
            if (!_waiting.TryGetValue(address, out var waiting))
            {
                _waiting[address] = waiting = [];
            }

            waiting.Add(later);
            if (later != owner)
            {
                return;
            }
        }

        owner = claim;
    }

    /// <summary>Takes a claim back; the next has the address.</summary>
    public void Remove(ServiceAddress address, Claim<TPort> claim)
    {
        if (!_waiting.TryGetValue(address, out var waiting))
        {
            _owners.Remove(address);
            return;
        }

        if (_owners[address] == claim)
        {
            var next = 0;
            for (var i = 1; i < waiting.Count; i++)
            {
                next = waiting[i].GoesBefore(waiting[next]) ? i : next;
            }

            _owners[address] = waiting[next];
            waiting.RemoveAt(next);
        }
        else
        {
            waiting.Remove(claim);
        }

        if (waiting.Count == 0)
        {
            _waiting.Remove(address);
        }
    }
}
