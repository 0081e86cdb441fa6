using System.Text;

namespace Sluice.Netfilter.Iptables.Matches;

/// <summary>A short list of words that text of a dump is looked up in.</summary>
internal sealed class Utf8Words(params string[] words)
{
    private readonly byte[][] _words = [.. words.Select(Encoding.ASCII.GetBytes)];

    /// <summary>Whether the text is one of the words.</summary>
    public bool Contains(ReadOnlySpan<byte> text) => IndexOf(text) >= 0;

    /// <summary>The word's place in the list; -1 when it is not there.</summary>
    public int IndexOf(ReadOnlySpan<byte> text)
    {
        for (var i = 0; i < _words.Length; i++)
        {
            if (text.SequenceEqual(_words[i]))
            {
                return i;
            }
        }

        return -1;
    }
}
