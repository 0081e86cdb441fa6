using Sluice.Dataplane.Planning;

namespace Sluice.Dataplane.Diff;

/// <summary>
/// Compares a kernel, by the output of iptables-save, with a plan, and says what mends it: at a cold start, when a restarted proxy
/// takes over, after a failure and in an audit alike. Rules are compared by meaning; only the proxy's own chains and jumps count,
/// and nothing else is touched. Feed it the dump as it comes: its size does not matter to the memory.
/// </summary>
public sealed class IptablesReconciler
{
    private readonly KernelView _view;
    private readonly SaveStream _stream;

    /// <summary>A comparison with a plan for iptables, that has seen nothing of the kernel yet.</summary>
    public IptablesReconciler(IptablesPlan plan)
        : this(LayoutOf(plan), plan)
    {
    }

    /// <summary>A comparison with the rules of a mode that has none for Services, that has seen nothing of the kernel yet.</summary>
    public IptablesReconciler(RuleLayout layout)
        : this(layout, null)
    {
    }

    private IptablesReconciler(RuleLayout layout, IptablesPlan? plan)
    {
        _view = new KernelView(layout, plan);
        _stream = new SaveStream(_view);
    }

    /// <summary>Compares a whole dump with a plan for iptables.</summary>
    public static Reconciliation Reconcile(Stream dump, IptablesPlan plan) => Compare(dump, new IptablesReconciler(plan));

    /// <summary>Compares a whole dump with the rules of a mode that has none for Services.</summary>
    public static Reconciliation Reconcile(Stream dump, RuleLayout layout) => Compare(dump, new IptablesReconciler(layout));

    /// <summary>The next piece of the dump.</summary>
    public void Feed(ReadOnlySpan<byte> piece) => _stream.Feed(piece);

    /// <summary>
    /// The dump has ended. A table that is not in it has no rules. Where a table has no end (COMMIT), the dump was cut: chains not seen
    /// are written, but no jump is added and nothing removed, since it may be there after all.
    /// </summary>
    public Reconciliation Finish()
    {
        _stream.Finish();
        return new Repair(_view).Make();
    }

    private static RuleLayout LayoutOf(IptablesPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        return new RuleLayout(plan.Options.Family, [.. plan.SharedChains], SharedChains.Jumps);
    }

    private static Reconciliation Compare(Stream dump, IptablesReconciler reconciler)
    {
        var buffer = new byte[64 * 1024];
        while (dump.Read(buffer) is > 0 and var count)
        {
            reconciler.Feed(buffer.AsSpan(0, count));
        }

        return reconciler.Finish();
    }
}
