using Sluice.Kubernetes.Intent;
using Sluice.Kubernetes.Objects;

namespace Sluice.Daemon;

/// <summary>The Services of a family whose rules the kernel does not take, and what it holds of them instead.</summary>
internal sealed class RefusedServices
{
    private readonly Dictionary<ObjectName, Refusal> _refusals = [];

    /// <summary>Their names.</summary>
    public IReadOnlyList<ObjectName> Names => [.. _refusals.Keys];

    /// <summary>Notes more of them.</summary>
    public void Add(IEnumerable<KeyValuePair<ObjectName, Refusal>> refusals)
    {
        foreach (var (service, refusal) in refusals)
        {
            _refusals[service] = refusal;
        }
    }

    /// <summary>The kernel took one after all.</summary>
    public void Remove(ObjectName service) => _refusals.Remove(service);

    /// <summary>What the kernel can hold of an intent.</summary>
    public ServiceIntent Without(ServiceIntent intent) => _refusals.Count == 0
        ? intent
        : intent.With(_refusals.Select(r => KeyValuePair.Create(r.Key, r.Value.Kept)));

    /// <summary>Forgets those that are not what they were when they were refused; they are to be tried again.</summary>
    /// <param name="intent">What is wanted now.</param>
    /// <param name="isOtherNode">Whether the node differs: then any rule may.</param>
    /// <returns>Their names.</returns>
    public IReadOnlyList<ObjectName> Release(ServiceIntent intent, bool isOtherNode)
    {
        List<ObjectName> released =
            [.. _refusals.Where(r => isOtherNode || !r.Value.Wanted.Equals(intent.PortsOf(r.Key))).Select(r => r.Key)];
        released.ForEach(Remove);
        return released;
    }
}
