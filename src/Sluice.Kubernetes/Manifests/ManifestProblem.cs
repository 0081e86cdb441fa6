using Sluice.Kubernetes.Json;
using Sluice.Kubernetes.Objects;

namespace Sluice.Kubernetes.Manifests;

/// <summary>Something in a manifest that could not be read.</summary>
/// <param name="Source">The file, or another name of where the text came from.</param>
/// <param name="Line">The line, from 1; 0 when it is the file as a whole.</param>
/// <param name="Message">Which object and field, what was expected and what was found; one line.</param>
/// <param name="Object">The object that is left out because of it; null when it cannot be told which, or none is.</param>
public sealed record ManifestProblem(string Source, int Line, string Message, ObjectKey? Object = null)
{
    /// <summary><c>file:line: message</c>, on one line whatever the file is called.</summary>
    public override string ToString() => Line > 0 ? $"{Shown.Line(Source)}:{Line}: {Message}" : $"{Shown.Line(Source)}: {Message}";
}
