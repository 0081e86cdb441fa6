using System.Text.Json;

namespace Sluice.Tests.Conformance;

/// <summary>One packet of kube-proxy's own unit tests, with what it expects.</summary>
public sealed record KubeProxyFlow(
    string Case, string Name, string Source, string Protocol, string Destination, int Port, string Output, bool Masquerade)
{
    /// <summary>Reads the flows of one case folder.</summary>
    public static IEnumerable<KubeProxyFlow> Read(string folder)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "flows.json")));
        foreach (var flow in document.RootElement.GetProperty("flows").EnumerateArray())
        {
            yield return new KubeProxyFlow(
                Path.GetFileName(folder),
                flow.GetProperty("name").GetString()!,
                flow.GetProperty("sourceIP").GetString()!,
                flow.TryGetProperty("protocol", out var protocol) && protocol.GetString() is { Length: > 0 } text ? text : "tcp",
                flow.GetProperty("destIP").GetString()!,
                flow.GetProperty("destPort").GetInt32(),
                flow.GetProperty("output").GetString()!,
                flow.GetProperty("masq").GetBoolean());
        }
    }

    /// <summary>The addresses that the case takes as the node's own.</summary>
    public static IEnumerable<string> NodeAddresses(string folder)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "flows.json")));
        return [.. document.RootElement.GetProperty("nodeIPs").EnumerateArray().Select(a => a.GetString()!)];
    }

    /// <summary>The folder of the cases, which is no part of the project; null where it is not.</summary>
    public static string? FindFolder(string backend)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var candidate = Path.Combine(folder.FullName, "shared", "conformance", "kube-proxy-flows", backend);
            if (Directory.Exists(candidate))
            {
                return candidate;
            }
        }

        return null;
    }

    public override string ToString() => $"{Case}: {Name}: {Protocol} {Source} -> {Destination}:{Port}";
}
