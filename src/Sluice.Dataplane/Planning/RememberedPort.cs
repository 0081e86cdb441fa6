using Sluice.Kubernetes.Intent;
using Sluice.Kubernetes.Objects;

namespace Sluice.Dataplane.Planning;

/// <summary>A Service port as a planner with a memory has it, and while a change is planned as it was before.</summary>
/// <param name="name">Which it is.</param>
internal abstract class RememberedPort(ServicePortName name)
{
    private const int LongestComment = 128;

    /// <summary>Which it is.</summary>
    public ServicePortName Name => name;

    /// <summary>The Service.</summary>
    public ObjectName Service => name.Service;

    /// <summary>What its elements are commented with: its name, cut to what nft takes.</summary>
    public string Comment { get; } = Cut(name.ToString());

    /// <summary>Its place among the ports of its Service.</summary>
    public int Index { get; set; }

    /// <summary>What is wanted of it; null when it is gone.</summary>
    public PortIntent? Intent { get; set; }

    /// <summary>Whether it is part of the change that is being planned.</summary>
    public bool IsChanging { get; set; }

    /// <summary>While it is part of a change: what was wanted before; null when it is new.</summary>
    public PortIntent? Before { get; set; }

    private static string Cut(string text) => text.Length > LongestComment ? text[..(LongestComment - 3)] + "..." : text;
}
