namespace Sluice.Netfilter.Iptables.Targets;

/// <summary>Quoted text in a listing.</summary>
internal static class ListedText
{
    /// <summary>The quoted text that ends the line, its quotes removed but nothing unescaped; older versions quote <c>`x '</c>. Null when it is not quoted.</summary>
    public static string? Rest(ref ListingReader words)
    {
        var rest = words.Rest;
        if (rest.Length < 2 || !((rest[0] == '"' && rest[^1] == '"') || (rest[0] == '`' && rest[^1] == '\'')))
        {
            return null;
        }

        var text = words.Text(rest[1..^1]);
        while (words.HasMore)
        {
            words.Next();
        }

        return text;
    }
}
