using System.CommandLine;
using Sluice.Dataplane.Services;
using Sluice.Input;

namespace Sluice.Commands;

/// <summary>Picks Services by the names a person types.</summary>
internal static class ServiceFilter
{
    /// <summary>The argument that takes the names.</summary>
    public static Argument<string[]> Names() => new("SERVICE")
    {
        Description = "Only these: NAMESPACE/SERVICE[:PORT], or a part of the name",
        Arity = ArgumentArity.ZeroOrMore,
    };

    /// <summary>The Services that a name means: all of a namespace (<c>shop/</c>), an exact one, or those that contain the word.</summary>
    public static IReadOnlyList<ServiceInfo> Select(NodeInput node, IReadOnlyList<string> names)
    {
        if (names.Count == 0)
        {
            return node.Services;
        }

        var picked = new HashSet<ServiceInfo>(ReferenceEqualityComparer.Instance);
        foreach (var name in names)
        {
            var found = Find(node.Services, name);
            if (found.Count == 0)
            {
                throw new CommandFailure(UnknownService.Message(name, node));
            }

            picked.UnionWith(found);
        }

        return [.. node.Services.Where(picked.Contains)];
    }

    private static IReadOnlyList<ServiceInfo> Find(IReadOnlyList<ServiceInfo> services, string name)
    {
        var exact = services.Where(s => s.FullName == name || s.Name == name).ToList();
        if (exact.Count == 0 && ServiceFinder.Find(services, name) is { Count: > 0 } candidates)
        {
            var meant = new HashSet<ServiceInfo>(candidates.Select(c => c.Service), ReferenceEqualityComparer.Instance);
            exact = [.. services.Where(meant.Contains)];
        }

        return exact.Count > 0 ? exact : [.. services.Where(s => s.FullName.Contains(name, StringComparison.OrdinalIgnoreCase))];
    }
}
