using System.Globalization;

namespace Sluice.Kubernetes.Objects;

/// <summary>
/// When something happened that changed an EndpointSlice (annotation <c>endpoints.kubernetes.io/last-change-trigger-time</c>, RFC 3339).
/// Any two are equal, so that objects that differ in nothing else are: a time alone routes nothing anew.
/// </summary>
/// <param name="At">The time; null when not said.</param>
public readonly record struct TriggerTime(DateTimeOffset? At)
{
    /// <summary>Reads the annotation's text; none where it is no time.</summary>
    public static TriggerTime Parse(string text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at)
            ? new TriggerTime(at)
            : default;

    /// <summary>True, whatever the times.</summary>
    public bool Equals(TriggerTime other) => true;

    /// <inheritdoc/>
    public override int GetHashCode() => 0;
}
