using System.Globalization;
using System.Text;
using Sluice.Net;

namespace Sluice.Netfilter.Routing;

/// <summary>The kinds of lines that <c>ip address</c> and <c>ip link</c> print.</summary>
internal static class InterfaceLines
{
    /// <summary><c>2: eth0@if3: &lt;BROADCAST,UP&gt; mtu 1500 ...</c>.</summary>
    public static bool IsHeader(ReadOnlySpan<byte> line) =>
        TryNumber(line, out var rest) && rest.IndexOf((byte)':') is > 0 and var colon &&
        rest[..colon].IndexOfAny(" \t\\"u8) < 0 && rest[(colon + 1)..].TrimStart((byte)' ').StartsWith("<"u8);

    /// <summary><c>2: eth0    inet 10.0.0.4/24 ...</c> (<c>ip -o address</c>).</summary>
    public static bool IsOneLine(ReadOnlySpan<byte> line) =>
        TryNumber(line, out var rest) && rest.IndexOfAny(" \t"u8) is > 0 and var end && rest[..end].IndexOfAny(":\\"u8) < 0 &&
        IsAddress(rest[end..]);

    /// <summary><c>    inet 10.0.0.4/24 ...</c>.</summary>
    public static bool IsAddress(ReadOnlySpan<byte> line) =>
        line.Length > 0 && line[0] is (byte)' ' or (byte)'\t' &&
        WordCursor.FirstWord(line) is var word && (word.SequenceEqual("inet"u8) || word.SequenceEqual("inet6"u8));

    /// <summary><c>eth0@if3    UP    10.0.0.4/24 fe80::1/64</c> (<c>ip -br</c>).</summary>
    public static bool IsBrief(ReadOnlySpan<byte> line)
    {
        var end = line.IndexOf((byte)' ');
        if (end is <= 0 or > 40)
        {
            return false;
        }

        var rest = line[end..].TrimStart((byte)' ');
        var state = WordCursor.FirstWord(rest);
        return (state.SequenceEqual("UP"u8) || state.SequenceEqual("DOWN"u8) || state.SequenceEqual("UNKNOWN"u8) ||
            state.SequenceEqual("LOWERLAYERDOWN"u8) || state.SequenceEqual("DORMANT"u8) || state.SequenceEqual("NOTPRESENT"u8) ||
            state.SequenceEqual("TESTING"u8)) && IsBriefTail(rest[state.Length..]);
    }

    /// <summary>An indented line that says more about the interface above it, of no use here.</summary>
    public static bool IsDetail(ReadOnlySpan<byte> line)
    {
        if (!line.StartsWith("    "u8))
        {
            return false;
        }

        var word = WordCursor.FirstWord(line);
        return word.Length == 0 || (word[0] is >= (byte)'a' and <= (byte)'z') || word.SequenceEqual("RX:"u8) || word.SequenceEqual("TX:"u8) ||
            line.IndexOfAnyExcept(" \t0123456789"u8) < 0;
    }

    public static InterfaceDraft ReadHeader(ReadOnlySpan<byte> line, Func<string, InterfaceDraft> drafts)
    {
        TryNumber(line, out var rest);
        var colon = rest.IndexOf((byte)':');
        var draft = drafts(Name(rest[..colon]));
        draft.Index = Number(line);
        var words = new WordCursor(rest[(colon + 1)..]);
        draft.IsUp = words.Take().Trim('<', '>').Split(',').Contains("UP");
        while (!words.IsAtEnd)
        {
            if (words.TakeIf("master"))
            {
                draft.Master = words.Take() is { Length: > 0 } master ? master : null;
            }
            else
            {
                words.Take();
            }
        }

        return draft;
    }

    public static InterfaceDraft ReadOneLine(ReadOnlySpan<byte> line, Func<string, InterfaceDraft> drafts, out ReadOnlySpan<byte> address)
    {
        TryNumber(line, out var rest);
        var end = rest.IndexOfAny(" \t"u8);
        var draft = drafts(Name(rest[..end]));
        draft.Index = Number(line);
        address = rest[end..];
        return draft;
    }

    public static void ReadBrief(ReadOnlySpan<byte> line, Func<string, InterfaceDraft> drafts)
    {
        var words = new WordCursor(line);
        var draft = drafts(Name(Encoding.UTF8.GetBytes(words.Take())));
        var state = words.Take();
        if (draft.Index == 0)
        {
            draft.IsUp = state != "DOWN";
        }

        while (!words.IsAtEnd)
        {
            var isAddress = AddressWords.TrySplit(words.Take(), out var local, out var length);
            NetAddress? peer = null;
            if (isAddress && words.TakeIf("peer") && AddressWords.TrySplit(words.Take(), out var other, out var peerLength))
            {
                (peer, length) = (other, peerLength);
            }

            // A fuller listing of the same address knows more than this one.
            if (isAddress && (peer is null || peer.Value.Family == local.Family) && !draft.Has(local, length, peer))
            {
                draft.Add(new InterfaceAddress(local, length, false, AddressWords.ScopeOf(local)) { Peer = peer });
            }
        }
    }

    private static bool IsBriefTail(ReadOnlySpan<byte> tail)
    {
        var word = WordCursor.FirstWord(tail);
        return word.Length == 0 || Prefix.TryParse(word, out _) || word[0] == '<' || word.Count((byte)':') == 5;
    }

    // "2: " at the start of a line.
    private static bool TryNumber(ReadOnlySpan<byte> line, out ReadOnlySpan<byte> rest)
    {
        var digits = WordCursor.DigitsAtStart(line);
        var found = digits is > 0 and < 10 && line[digits..].StartsWith(": "u8);
        rest = found ? line[(digits + 2)..].TrimStart((byte)' ') : [];
        return found;
    }

    private static int Number(ReadOnlySpan<byte> line) =>
        int.Parse(line[..WordCursor.DigitsAtStart(line)], NumberStyles.None, CultureInfo.InvariantCulture);

    private static string Name(ReadOnlySpan<byte> word)
    {
        var at = word.IndexOf((byte)'@');
        return Encoding.UTF8.GetString(at > 0 ? word[..at] : word);
    }
}
