using System.Collections.Immutable;

namespace Sluice.Tests.Api.Server;

/// <summary>The objects of one resource, and the events since the last compaction.</summary>
internal sealed record StoredResource
{
    public ImmutableSortedDictionary<string, StoredObject> Objects { get; init; } = ImmutableSortedDictionary<string, StoredObject>.Empty.WithComparers(StringComparer.Ordinal);

    public ImmutableList<StoredEvent> Events { get; init; } = [];
}
