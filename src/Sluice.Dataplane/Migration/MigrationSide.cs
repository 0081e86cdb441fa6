using Sluice.Kubernetes.Intent;
using Sluice.Netfilter;
using Sluice.Netfilter.Tracing;

namespace Sluice.Dataplane.Migration;

/// <summary>One of two nodes that are compared: planned for a mode, or as a dump has it.</summary>
/// <param name="name">What to call it: a mode, or what was read.</param>
/// <param name="snapshot">The node.</param>
public sealed class MigrationSide(string name, NodeSnapshot snapshot)
{
    private Tracer? _tracer;
    private Tracer? _referenceTracer;
    private IntentIndex? _index;

    /// <summary>What to call it: a mode, or what was read.</summary>
    public string Name => name;

    /// <summary>The node.</summary>
    public NodeSnapshot Snapshot => snapshot;

    /// <summary>The mode whose rules it has, by its name; null when that is not known.</summary>
    public string? Mode { get; init; }

    /// <summary>What its mode is to do for the cluster; null when no cluster is known.</summary>
    public ServiceIntent? Intent { get; init; }

    /// <summary>
    /// What its mode plans for the cluster, where the snapshot is not just that: only what it does like this plan can be an intended difference. Null for a planned
    /// side, or without a cluster.
    /// </summary>
    public NodeSnapshot? Reference { get; init; }

    /// <summary>Follows packets through it.</summary>
    internal Tracer Tracer => _tracer ??= new Tracer(Snapshot);

    /// <summary>Follows packets through <see cref="Reference"/>; null without one.</summary>
    internal Tracer? ReferenceTracer => Reference is null ? null : _referenceTracer ??= new Tracer(Reference);

    /// <summary>Finds ports of <see cref="Intent"/>; null without one.</summary>
    internal IntentIndex? Index => Intent is null ? null : _index ??= new IntentIndex(Intent);
}
