using Sluice.Kubernetes.Intent;

namespace Sluice.Dataplane.Planning.Nftables;

/// <summary>Who has which address; and while a change is planned, which addresses it concerns, and who had each before.</summary>
internal sealed class ClaimLedger
{
    // Above this the dictionary is not kept: clearing it would cost every later change.
    private const int LargestKept = 4096;

    private readonly AddressClaims _claims = new();

    /// <summary>The addresses that a change may concern, each with who had it before.</summary>
    public Dictionary<ServiceAddress, Claim?> Touched { get; private set; } = [];

    /// <summary>Who has an address; null when nobody.</summary>
    public Claim? OwnerOf(ServiceAddress address) => _claims.OwnerOf(address);

    /// <summary>Makes room for so many addresses.</summary>
    public void Reserve(int count) => _claims.Reserve(count);

    /// <summary>Adds the claims of a Service port, not as part of a change.</summary>
    public void TakeUp(PortState port, PortIntent intent)
    {
        for (var i = 0; i < ServiceAddresses.CountOf(intent); i++)
        {
            var (address, kind) = ServiceAddresses.At(intent, i);
            _claims.Add(address, new Claim(port, kind));
        }
    }

    /// <summary>A Service port changes, but not which addresses it claims.</summary>
    public void Touch(PortState port, PortIntent intent)
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
    public void Remove(PortState port, PortIntent intent)
    {
        for (var i = 0; i < ServiceAddresses.CountOf(intent); i++)
        {
            var (address, kind) = ServiceAddresses.At(intent, i);
            Touched.TryAdd(address, _claims.OwnerOf(address));
            _claims.Remove(address, new Claim(port, kind));
        }
    }

    /// <summary>Adds the claims of a Service port.</summary>
    public void Add(PortState port, PortIntent intent)
    {
        for (var i = 0; i < ServiceAddresses.CountOf(intent); i++)
        {
            var (address, kind) = ServiceAddresses.At(intent, i);
            Touched.TryAdd(address, _claims.OwnerOf(address));
            _claims.Add(address, new Claim(port, kind));
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
