using System.Text.Json;

namespace Sluice.Kubernetes.Configuration.Settings;

/// <summary>A setting of one kind of record.</summary>
/// <typeparam name="TTarget">The record that has the value.</typeparam>
public abstract record Setting<TTarget> : Setting
{
    /// <summary>The record as it is when a flag was given.</summary>
    /// <param name="target">The record before.</param>
    /// <param name="words">The values, as often as the flag was given.</param>
    /// <param name="isAlone">Whether it was given without a value too.</param>
    /// <param name="problem">What is wrong with them; null when nothing is.</param>
    public abstract TTarget Take(TTarget target, IReadOnlyList<string> words, bool isAlone, out string? problem);

    /// <summary>The value as text.</summary>
    public abstract string Show(TTarget target);

    /// <summary>Whether two records have the same value.</summary>
    public abstract bool AreSame(TTarget one, TTarget other);

    /// <summary>Whether the value can be said in a file: where zero stands for the default, zero cannot.</summary>
    internal abstract bool CanWrite(TTarget target);

    /// <summary>The record as it is when a field was read; the reader stands on the value, and at its end afterwards.</summary>
    /// <exception cref="Decoding.DecodeException">The value is not what was expected.</exception>
    internal abstract TTarget Read(ref Utf8JsonReader json, TTarget target);

    /// <summary>Writes the value of the field.</summary>
    internal abstract void Write(Utf8JsonWriter json, TTarget target);
}
