using Sluice.Netfilter.Rules;

namespace Sluice.KernelTests.Generation;

/// <summary>A chain to be filled: where packets may come from, which decides what its rules may be.</summary>
/// <param name="Table">The table.</param>
/// <param name="Name">The name.</param>
/// <param name="Hooks">The hooks it can be reached from.</param>
/// <param name="IsBase">Whether the kernel calls it.</param>
/// <param name="Reachable">Chains its rules may call: later ones, so that there are no loops.</param>
internal sealed record ChainPlan(string Table, string Name, IReadOnlySet<Hook> Hooks, bool IsBase, IReadOnlyList<ChainPlan> Reachable)
{
    /// <summary>Whether packets come from these hooks only.</summary>
    public bool OnlyFrom(params Hook[] hooks) => Hooks.IsSubsetOf(hooks);
}
