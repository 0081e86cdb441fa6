using Sluice.Net;

namespace Sluice.Kubernetes.Configuration;

/// <summary>Where node ports are served.</summary>
public sealed record NodePortAddresses
{
    private NodePortAddresses(bool isPrimary, EquatableArray<Prefix> ranges) => (IsPrimary, Ranges) = (isPrimary, ranges);

    /// <summary>Nothing is said: the mode decides.</summary>
    public static NodePortAddresses Unset { get; } = new(isPrimary: false, []);

    /// <summary>On the node's own address of each family: the word <c>primary</c>.</summary>
    public static NodePortAddresses Primary { get; } = new(isPrimary: true, []);

    /// <summary>Whether they are served on the node's own addresses.</summary>
    public bool IsPrimary { get; }

    /// <summary>The ranges of addresses that serve them.</summary>
    public EquatableArray<Prefix> Ranges { get; }

    /// <summary>Whether nothing is said.</summary>
    public bool IsUnset => !IsPrimary && Ranges.Count == 0;

    /// <summary>On local addresses within some ranges; none are nothing said.</summary>
    public static NodePortAddresses Within(EquatableArray<Prefix> ranges) => new(isPrimary: false, ranges);
}
