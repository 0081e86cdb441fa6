using System.Text;
using Sluice.Net;
using Sluice.Netfilter.Tracing;

namespace Sluice.Netfilter.Rules.Matches;

/// <summary>The packet contains a text or bytes (<c>-m string</c>).</summary>
/// <param name="Pattern">The bytes looked for.</param>
/// <param name="Algorithm">The algorithm: <c>bm</c> or <c>kmp</c>.</param>
public sealed record StringMatch(EquatableArray<byte> Pattern, string Algorithm) : Match
{
    /// <summary>The offset in the packet from which it is looked for; 0 for its beginning.</summary>
    public uint From { get; init; }

    /// <summary>The offset up to which it is looked for; null for the end.</summary>
    public uint? To { get; init; }

    /// <summary>Whether upper and lower case are the same.</summary>
    public bool IgnoresCase { get; init; }

    /// <summary>True when it holds for packets that do not contain the pattern.</summary>
    public bool Inverted { get; init; }

    /// <summary>Whether the pattern is shown as hexadecimal: libxt_string does so for what is no ASCII text or ends in a backslash.</summary>
    public bool IsHex => Pattern.Count > 0 && (Pattern[^1] == '\\' || Pattern.Any(b => b is < 0x20 or >= 0x7f));

    /// <summary>The pattern as text, or as <c>|0d0a|</c>.</summary>
    public string Text => IsHex ? $"|{Convert.ToHexStringLower(Pattern.Span)}|" : Encoding.ASCII.GetString(Pattern.Span);

    /// <inheritdoc/>
    public override MatchResult Test(TracedPacket packet)
    {
        var range = From == 0 && To is null ? "" : $" between bytes {From} and {To ?? ushort.MaxValue}";
        return MatchResult.Depends($"it contains \"{Text}\"{range}{(IgnoresCase ? " in any case" : "")}", Inverted);
    }
}

/// <summary>Numbers taken from the packet's bytes are in given ranges (<c>-m u32</c>).</summary>
/// <param name="Test32">The tests, as written: <c>0x0&amp;0xff=0x5:0x6</c>.</param>
public sealed record U32Match(Negatable<string> Test32) : Match
{
    /// <inheritdoc/>
    public override MatchResult Test(TracedPacket packet) => MatchResult.Depends($"its bytes are such that {Test32.Value} (u32)", Test32.Inverted);
}
