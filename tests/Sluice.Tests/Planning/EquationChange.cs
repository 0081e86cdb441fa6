using Sluice.Kubernetes.Objects;

namespace Sluice.Tests.Planning;

/// <summary>Two clusters of one node, for what happens between them.</summary>
internal static class EquationChange
{
    /// <summary>The other has some Services of its own making, under names and addresses that the first may use as well.</summary>
    public static (EquationCluster Before, EquationCluster After, IReadOnlyList<ObjectName> Changed) Make(int seed)
    {
        var before = EquationGenerator.Make(seed);
        var random = new Random(seed);
        var other = Enumerable.Range(1, 50).Select(i => EquationGenerator.Make((seed * 1000) + i)).First(c => c.Family == before.Family);
        var taken = other.Services.Where(_ => random.Next(2) == 0).ToList();
        var kept = before.Services.Where(s => random.Next(3) > 0 && taken.TrueForAll(t => t.Name != s.Name)).ToList();
        var after = before with
        {
            Services = [.. kept, .. taken],
            Slices =
            [
                .. before.Slices.Where(s => kept.Exists(k => k.Name == s.Service)).Select(s => random.Next(3) > 0 ? s : s with { Endpoints = [.. s.Endpoints.Where(_ => random.Next(3) > 0)] }),
                .. other.Slices.Where(s => taken.Exists(t => t.Name == s.Service)),
            ],
        };
        return (before, after, before.Services.Concat(after.Services).Select(s => s.Name).Distinct().ToList());
    }
}
