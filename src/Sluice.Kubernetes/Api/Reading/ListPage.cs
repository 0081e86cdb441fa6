namespace Sluice.Kubernetes.Api.Reading;

/// <summary>A page of a list.</summary>
/// <param name="Objects">What it holds.</param>
/// <param name="Version">The version that the whole list is of.</param>
/// <param name="Continue">What to ask the next page with; empty for the last.</param>
internal sealed record ListPage(IReadOnlyList<ListedObject> Objects, ResourceVersion Version, string Continue);
