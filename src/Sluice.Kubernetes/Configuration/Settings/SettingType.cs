using System.Text.Json;
using Sluice.Kubernetes.Decoding;

namespace Sluice.Kubernetes.Configuration.Settings;

/// <summary>How values of a type are read from flags and files, and written: reading what was written gives the same value.</summary>
/// <typeparam name="T">The type.</typeparam>
/// <param name="helpName">What stands for a value in help.</param>
/// <param name="expected">What a value must be, as in "expected ...".</param>
public abstract class SettingType<T>(string helpName, string expected)
{
    /// <summary>What stands for a value in help.</summary>
    public string HelpName => helpName;

    /// <summary>What a value must be, as in "expected ...".</summary>
    public string Expected => expected;

    /// <summary>What a flag without a value stands for; null when it needs one.</summary>
    public virtual string? Implied => null;

    /// <summary>Reads a value; false for a text that is none.</summary>
    public abstract bool TryParse(string text, out T value);

    /// <summary>Writes a value.</summary>
    public abstract string Format(T value);

    /// <summary>What is wrong with a text, where more can be said than what was expected; else null.</summary>
    public virtual string? Complaint(string text) => null;

    /// <summary>Whether a flag that is given twice means both values, as one list; else the later counts.</summary>
    public virtual bool AddsUp => false;

    /// <summary>Whether a value is what Go has where nothing is said.</summary>
    public virtual bool IsZero(T value) => EqualityComparer<T>.Default.Equals(value, default);

    /// <summary>Reads the value that a reader stands on.</summary>
    /// <exception cref="DecodeException">It is not of the type.</exception>
    internal virtual T Read(ref Utf8JsonReader json)
    {
        if (json.TokenType != JsonTokenType.String)
        {
            throw json.Unexpected(expected);
        }

        var text = json.Text();
        return TryParse(text, out var value) ? value
            : Complaint(text) is { } complaint ? throw new DecodeException(json.TokenStartIndex, complaint)
            : throw json.Unexpected(expected);
    }

    /// <summary>Writes a value.</summary>
    internal virtual void Write(Utf8JsonWriter json, T value) => json.WriteStringValue(Format(value));
}
