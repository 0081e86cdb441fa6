using Sluice.Kubernetes.Intent;
using Sluice.Net;

namespace Sluice.Daemon;

/// <summary>A Service whose rules the kernel does not take.</summary>
/// <param name="Wanted">What it was to be.</param>
/// <param name="Kept">What the kernel holds of it instead: as it was before, or nothing.</param>
/// <param name="Problem">One line of why.</param>
internal sealed record Refusal(EquatableArray<PortIntent> Wanted, EquatableArray<PortIntent> Kept, string Problem);
