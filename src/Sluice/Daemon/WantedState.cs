using Sluice.Kubernetes.Intent;
using Sluice.Kubernetes.Objects;

namespace Sluice.Daemon;

/// <summary>What a family's rules shall be.</summary>
/// <param name="Intent">The intent.</param>
/// <param name="Changed">The Services that may differ from the intent handed out before. All may, when the node differs.</param>
internal sealed record WantedState(ServiceIntent Intent, IReadOnlyCollection<ObjectName> Changed);
