using Sluice.Kubernetes.Intent;

namespace Sluice.Dataplane.Planning;

/// <summary>Who has which address; and while a change is planned, which addresses it concerns, and who had each before.</summary>
/// <typeparam name="TPort">What a planner remembers of a Service port.</typeparam>
internal sealed class ClaimLedger<TPort>
    where TPort : RememberedPort
{
    // Above this the dictionary is not kept: clearing it would cost every later change.
    private const int LargestKept = 4096;

    private readonly AddressClaims<TPort> _claims = new();

    /// <summary>The addresses that a change may concern, each with who had it before.</summary>
    public Dictionary<ServiceAddress, Claim<TPort>?> Touched { get; private set; } = [];

    /// <summary>Who has an address; null when nobody.</summary>
    public Claim<TPort>? OwnerOf(ServiceAddress address) => _claims.OwnerOf(address);

    /// <summary>Makes room for so many addresses.</summary>
    public void Reserve(int count) => _claims.Reserve(count);

    /// <summary>Adds the claims of a Service port, not as part of a change.</summary>
    public void TakeUp(TPort port, PortIntent intent)
    {
        for (var i = 0; i < ServiceAddresses.CountOf(intent); i++)
        {
            var (address, kind) = ServiceAddresses.At(intent, i);
            _claims.Add(address, new Claim<TPort>(port, kind));
        }
    }

    /// <summary>A Service port changes, but not which addresses it claims.</summary>
    public void Touch(TPort port, PortIntent intent)
    {
        for (var i = 0; i < ServiceAddresses.CountOf(intent); i++)
        {
            var address = ServiceAddresses.At(intent, i).Address;
            if (_claims.OwnerOf(address) is { } owner && owner.Port == port)
            {
                Touched.TryAdd(address, owner);
            }
        }
    }

    /// <summary>Takes back the claims of a Service port.</summary>
    public void Remove(TPort port, PortIntent intent)
    {
        for (var i = 0; i < ServiceAddresses.CountOf(intent); i++)
        {
            var (address, kind) = ServiceAddresses.At(intent, i);
            Touched.TryAdd(address, _claims.OwnerOf(address));
            _claims.Remove(address, new Claim<TPort>(port, kind));
        }
    }

    /// <summary>Adds the claims of a Service port.</summary>
    public void Add(TPort port, PortIntent intent)
    {
        for (var i = 0; i < ServiceAddresses.CountOf(intent); i++)
        {
            var (address, kind) = ServiceAddresses.At(intent, i);
            Touched.TryAdd(address, _claims.OwnerOf(address));
            _claims.Add(address, new Claim<TPort>(port, kind));
        }
    }

    /// <summary>Ends a change.</summary>
    public void Settle()
    {
        if (Touched.Count > LargestKept)
        {
            Touched = [];
        }
        else
        {
            Touched.Clear();
        }
    }
}
