using System.Text.Json;

namespace Sluice.Kubernetes.Configuration.Settings;

/// <summary>A setting with a value of some type.</summary>
/// <typeparam name="TTarget">The record that has the value.</typeparam>
/// <typeparam name="T">The value's type.</typeparam>
/// <param name="Type">How values are read and written.</param>
/// <param name="Default">The record that counts when nothing is said.</param>
/// <param name="Get">Takes the value from a record.</param>
/// <param name="Set">Makes a record with another value.</param>
public sealed record ValueSetting<TTarget, T>(SettingType<T> Type, TTarget Default, Func<TTarget, T> Get, Func<TTarget, T, TTarget> Set) : Setting<TTarget>
{
    /// <inheritdoc/>
    public override string HelpName => Type.HelpName;

    /// <inheritdoc/>
    public override string DefaultText => Show(Default);

    /// <inheritdoc/>
    public override bool MayStandAlone => Type.Implied is not null;

    /// <inheritdoc/>
    public override TTarget Take(TTarget target, IReadOnlyList<string> words, bool isAlone, out string? problem)
    {
        var word = isAlone ? Type.Implied : Type.AddsUp ? string.Join(',', words) : words[^1];
        if (word is null || (isAlone && words.Count > 0))
        {
            problem = word is null ? $"expected {Type.Expected}, found nothing" : "given with a value and without one: expected one of the two";
            return target;
        }

        if (!Type.TryParse(word, out var value))
        {
            problem = Type.Complaint(word) ?? $"expected {Type.Expected}, not '{Json.Shown.Line(word)}'";
            return target;
        }

        problem = null;
        return Set(target, value);
    }

    /// <inheritdoc/>
    public override string Show(TTarget target) => Type.Format(Get(target));

    /// <inheritdoc/>
    public override bool AreSame(TTarget one, TTarget other) => EqualityComparer<T>.Default.Equals(Get(one), Get(other));

    /// <inheritdoc/>
    internal override bool CanWrite(TTarget target) => !IsZeroDefault || !Type.IsZero(Get(target)) || AreSame(target, Default);

    /// <inheritdoc/>
    internal override TTarget Read(ref Utf8JsonReader json, TTarget target)
    {
        if (json.TokenType == JsonTokenType.Null || (IsZeroDefault && json.TokenType == JsonTokenType.String && json.ValueSpan.IsEmpty))
        {
            return target;
        }

        var value = Type.Read(ref json);
        return IsZeroDefault && Type.IsZero(value) ? target : Set(target, value);
    }

    /// <inheritdoc/>
    internal override void Write(Utf8JsonWriter json, TTarget target) => Type.Write(json, Get(target));
}
