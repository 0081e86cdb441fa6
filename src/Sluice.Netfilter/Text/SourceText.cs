using System.Text;

namespace Sluice.Netfilter.Text;

/// <summary>A file, or standard input, as it was read: its name for messages and its bytes.</summary>
/// <param name="name">What messages call it: a path, or <c>-</c> for standard input.</param>
/// <param name="bytes">The content, UTF-8; never changed after this.</param>
public sealed class SourceText(string name, ReadOnlyMemory<byte> bytes)
{
    /// <summary>What messages call it.</summary>
    public string Name { get; } = name;

    /// <summary>The content, UTF-8.</summary>
    public ReadOnlyMemory<byte> Bytes { get; } = bytes;

    /// <summary>A source made of a string.</summary>
    public static SourceText Of(string name, string text) => new(name, Encoding.UTF8.GetBytes(text));
}
