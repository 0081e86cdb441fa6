using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Sluice.Kubernetes.Api.Reading;

/// <summary>
/// A <c>resourceVersion</c>. Versions of one resource that are whole numbers are in order: every API server counts so, and since
/// Kubernetes 1.35 it is promised (KEP-5504). Others can be told apart only.
/// </summary>
internal readonly record struct ResourceVersion
{
    private readonly ulong _number;
    private readonly string? _text;

    private ResourceVersion(ulong number, string? text) => (_number, _text) = (number, text);

    /// <summary>Whether there is none.</summary>
    public bool IsNone => _number == 0 && _text is null;

    /// <summary>Reads a version; none for an empty text or 0, which stand for "any".</summary>
    public static ResourceVersion Parse(ReadOnlySpan<byte> text) =>
        text.IsEmpty ? default
        : text[0] is >= (byte)'0' and <= (byte)'9' && Utf8Parser.TryParse(text, out ulong number, out var used) && used == text.Length
            ? new ResourceVersion(number, null)
            : new ResourceVersion(0, Encoding.UTF8.GetString(text));

    /// <summary>Whether it is known to be older than another.</summary>
    public bool IsBefore(ResourceVersion other) => !IsNone && !other.IsNone && _text is null && other._text is null && _number < other._number;

    /// <summary>Whether something of this version is news to who has another: it is not the same, and not known to be older.</summary>
    public bool IsNewsTo(ResourceVersion other) => this != other && !IsBefore(other);

    /// <summary>As the API spells it.</summary>
    public override string ToString() => IsNone ? "" : _text ?? _number.ToString(CultureInfo.InvariantCulture);
}
