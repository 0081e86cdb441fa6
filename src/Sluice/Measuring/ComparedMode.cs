using Sluice.Dataplane.Modes;
using Sluice.Kubernetes.Intent;

namespace Sluice.Measuring;

/// <summary>A cluster in one mode: planned to be counted, and loaded to be measured.</summary>
/// <param name="Mode">The mode.</param>
/// <param name="Cluster">What the node is to do in this mode: where node ports are served depends on it.</param>
/// <param name="Open">Opens the kernel in the mode, in the network namespace of the calling thread.</param>
internal sealed record ComparedMode(PlannedMode Mode, ServiceIntent Cluster, Func<MeasuredKernel> Open);
