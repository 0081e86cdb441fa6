using System.Text.Json.Nodes;

namespace Sluice.Tests.Api.Server;

/// <summary>An object as the API server has it.</summary>
/// <param name="Version">Its resourceVersion.</param>
/// <param name="Labels">Its labels.</param>
/// <param name="Json">All of it, version included.</param>
internal sealed record StoredObject(long Version, IReadOnlyDictionary<string, string> Labels, string Json)
{
    public static StoredObject Of(JsonObject item, long version)
    {
        var metadata = (JsonObject)item["metadata"]!;
        metadata["resourceVersion"] = version.ToString(System.Globalization.CultureInfo.InvariantCulture);
        var labels = (metadata["labels"] as JsonObject ?? []).ToDictionary(l => l.Key, l => l.Value?.GetValue<string>() ?? "", StringComparer.Ordinal);
        return new StoredObject(version, labels, item.ToJsonString());
    }
}
