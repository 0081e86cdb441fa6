using System.Text;

namespace Sluice.Netfilter.Iptables.Matches;

/// <summary>How rules write packet rates: <c>5/minute</c> is printed back as <c>5/min</c>.</summary>
internal static class RateWords
{
    private static readonly (string Name, string Printed)[] s_units = [("second", "sec"), ("minute", "min"), ("hour", "hour"), ("day", "day")];

    /// <summary>The rate with its unit as iptables prints it; null when the text is no packet rate.</summary>
    public static string? Canonical(ReadOnlySpan<byte> text)
    {
        var slash = text.IndexOf((byte)'/');
        if (!uint.TryParse(slash < 0 ? text : text[..slash], out var count) || count == 0)
        {
            return null;
        }

        var name = slash < 0 ? "second" : Encoding.ASCII.GetString(text[(slash + 1)..]).ToLowerInvariant();
        var unit = name.Length == 0 ? default : Array.Find(s_units, u => u.Name.StartsWith(name, StringComparison.Ordinal));
        return unit.Name is null ? null : $"{count}/{unit.Printed}";
    }
}
