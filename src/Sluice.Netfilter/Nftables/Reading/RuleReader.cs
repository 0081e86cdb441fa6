using System.Text;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Text;

namespace Sluice.Netfilter.Nftables.Reading;

/// <summary>Reads one rule in nft's language. What is not understood is kept word for word, to the end of the rule.</summary>
internal sealed class RuleReader(NftTokens tokens, StatementReader statements)
{
    private readonly RuleDraft _draft = new();

    /// <summary>Reads the rule that begins at the token that is next, to the end of its line.</summary>
    public Rule Read(SourceText source)
    {
        var (start, line, depth) = (tokens.Start, tokens.Line, tokens.Depth);
        while (!tokens.IsEnd && !tokens.Is("}"u8))
        {
            var (count, from) = (_draft.Parts.Count, tokens.Start);
            if (statements.TryRead(_draft) && tokens.Start > from)
            {
                continue;
            }

            _draft.CutTo(count);
            tokens.SkipStatement(depth);
            _draft.Add(Unknown(source.Bytes.Span[from..Math.Max(from, tokens.PreviousEnd)]));
            break;
        }

        return _draft.Build(new SourceSpan(source, line, start, tokens.PreviousEnd - start));
    }

    private static Verdict.Unknown Unknown(ReadOnlySpan<byte> text)
    {
        var words = Encoding.UTF8.GetString(text).Trim();
        var blank = words.IndexOf(' ');
        return blank < 0 ? new Verdict.Unknown(words, "") : new Verdict.Unknown(words[..blank], words[(blank + 1)..]);
    }
}
