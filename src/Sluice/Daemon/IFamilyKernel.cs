using Sluice.Kubernetes.Intent;
using Sluice.Kubernetes.Objects;
using Sluice.Net;

namespace Sluice.Daemon;

/// <summary>Brings the kernel's rules of one address family from one intent to another: one way for each mode of the proxy.</summary>
internal interface IFamilyKernel
{
    /// <summary>The family.</summary>
    public IPFamily Family { get; }

    /// <summary>Whether nobody can have changed a rule since all were known to be right.</summary>
    public bool IsUndisturbed { get; }

    /// <summary>Writes what differs between two intents; costs as much as the Services named.</summary>
    /// <param name="before">What the kernel holds.</param>
    /// <param name="after">What it shall hold.</param>
    /// <param name="changed">The Services that may differ.</param>
    /// <param name="cancellationToken">Stops between two batches.</param>
    public Task<WriteResult> ChangeAsync(
        ServiceIntent before, ServiceIntent after, IReadOnlyCollection<ObjectName> changed, CancellationToken cancellationToken);

    /// <summary>Compares all of the kernel's rules with an intent, and writes what differs.</summary>
    /// <param name="intent">What the kernel shall hold.</param>
    /// <param name="cancellationToken">Stops between two batches.</param>
    public Task<WriteResult> CompareAsync(ServiceIntent intent, CancellationToken cancellationToken);
}
