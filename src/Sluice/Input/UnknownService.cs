using Sluice.Kubernetes.Configuration;

namespace Sluice.Input;

/// <summary>What to say when no Service of that name is in the rules.</summary>
internal static class UnknownService
{
    /// <summary>One line, with the nearest name or how to see all of them.</summary>
    public static string Message(string name, NodeInput node)
    {
        var all = node.Services;
        if (all.Count == 0)
        {
            return $"{node.Where} holds no Services: give an address and port instead of {name}";
        }

        var plain = name.Split(':')[0];
        var ports = all.Where(s => s.Name == plain).ToList();
        if (ports.Count > 0)
        {
            var offers = ports.SelectMany(s => s.Addresses.DistinctBy(a => a.Port), (s, a) => s.PortName is { } name ? $"{name} ({a.Port}/{s.Protocol})" : $"{a.Port}/{s.Protocol}").Distinct(StringComparer.Ordinal).Take(6);
            return $"Service {plain} has no such port: it has {string.Join(", ", offers)}";
        }

        var hint = NearestWord.Of(plain, all.Select(s => s.Name).Distinct(StringComparer.Ordinal));
        return hint is not null
            ? $"no Service {plain} in {node.Where}: did you mean {hint}?"
            : $"no Service {plain} in {node.Where}: 'sluice services' lists the {all.Select(s => s.Name).Distinct(StringComparer.Ordinal).Count()} that are";
    }
}
