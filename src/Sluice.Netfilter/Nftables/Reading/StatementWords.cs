using System.Text;

namespace Sluice.Netfilter.Nftables.Reading;

/// <summary>Puts what is kept in nft's words into the same form however it was spaced.</summary>
internal static class StatementWords
{
    // What may begin the next statement: what is kept ends there.
    private static readonly string[] s_next = ["comment", "accept", "drop", "return", "continue", "jump", "goto", "counter", "meta", "ct", "log"];

    /// <summary>Takes the words up to the end of the statement, or up to one that begins the next.</summary>
    public static string Take(NftTokens tokens)
    {
        var text = new StringBuilder();
        var depth = 0;
        while (!tokens.IsEnd && (depth > 0 || !tokens.Is("}"u8)))
        {
            if (depth == 0 && text.Length > 0 && tokens.Kind == NftTokenKind.Word && Array.Exists(s_next, w => tokens.Is(Encoding.UTF8.GetBytes(w))))
            {
                break;
            }

            Append(text, tokens, isInBraces: depth > 0);
            depth += tokens.Is("{"u8) ? 1 : tokens.Is("}"u8) ? -1 : 0;
            tokens.Advance();
        }

        return text.ToString();
    }

    /// <summary>Adds a token to a text, with a blank before it where nft writes one.</summary>
    public static void Append(StringBuilder text, NftTokens tokens, bool isInBraces)
    {
        var isTight = tokens.Is(","u8) || tokens.Is("/"u8) || tokens.Is("-"u8);
        var follows = text.Length > 0 && (text[^1] is '/' or '-' || (text[^1] == ',' && !isInBraces));
        if (text.Length > 0 && !isTight && !follows)
        {
            text.Append(' ');
        }

        var word = Encoding.UTF8.GetString(tokens.Text);
        text.Append(tokens.Kind switch
        {
            NftTokenKind.Quoted => $"\"{word}\"",
            NftTokenKind.Reference => $"@{word}",
            NftTokenKind.Variable => $"${word}",
            _ => word,
        });
    }
}
