namespace Sluice.Tests.Api.Server;

/// <summary>A change of one object.</summary>
/// <param name="Version">The version it made.</param>
/// <param name="Key">Namespace and name.</param>
/// <param name="Before">What was there; null for nothing.</param>
/// <param name="After">What is there, or what was there last with the version of its deletion.</param>
/// <param name="IsDeletion">Whether the object is gone.</param>
internal sealed record StoredEvent(long Version, string Key, StoredObject? Before, StoredObject After, bool IsDeletion);
