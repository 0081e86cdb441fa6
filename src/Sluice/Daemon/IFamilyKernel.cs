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

    /// <summary>
    /// Looks for what others changed. It may take long, and changes may be written meanwhile: it does not hold them up.
    /// </summary>
    /// <param name="intent">What the kernel holds.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>What then mends it, to be called as the other methods are: never at the same time as one of them.</returns>
    public Task<Mending> SurveyAsync(ServiceIntent intent, CancellationToken cancellationToken);
}

/// <summary>Mends what a survey found, as far as it is still so.</summary>
/// <param name="intent">What the kernel holds by now, but for what others changed.</param>
/// <param name="cancellationToken">Stops between two batches.</param>
internal delegate Task<WriteResult> Mending(ServiceIntent intent, CancellationToken cancellationToken);
