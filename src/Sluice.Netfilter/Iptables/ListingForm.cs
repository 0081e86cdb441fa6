namespace Sluice.Netfilter.Iptables;

/// <summary>
/// Matches a listing's words with a form: text as it stands, a blank for any number of them, <c>^</c> for an optional <c>!</c> with
/// blanks around it, <c>#</c> for the argument, which ends where the form goes on. A form ends at the end of a word.
/// </summary>
internal static class ListingForm
{
    /// <summary>Takes words that have the form.</summary>
    public static bool TryTakeForm(this ref ListingReader words, ReadOnlySpan<byte> form) => words.TryTakeForm(form, out _, out _);

    /// <summary>Takes words that have the form; tells whether there was a <c>!</c>.</summary>
    public static bool TryTakeForm(this ref ListingReader words, ReadOnlySpan<byte> form, out bool inverted) =>
        words.TryTakeForm(form, out inverted, out _);

    /// <summary>Takes words that have the form; tells whether there was a <c>!</c>, and yields the argument.</summary>
    public static bool TryTakeForm(this ref ListingReader words, ReadOnlySpan<byte> form, out bool inverted, out ReadOnlySpan<byte> argument)
    {
        inverted = false;
        argument = default;
        var rest = words.Rest;
        var at = 0;
        for (var i = 0; i < form.Length; i++)
        {
            switch (form[i])
            {
                case (byte)'^':
                    at = SkipBlanks(rest, at);
                    inverted = at < rest.Length && rest[at] == '!';
                    at = inverted ? SkipBlanks(rest, at + 1) : at;
                    break;
                case (byte)' ':
                    if (SkipBlanks(rest, at) is var next && next == at)
                    {
                        return false;
                    }

                    at = next;
                    break;
                case (byte)'#':
                    var stop = i + 1 < form.Length ? form[i + 1] : (byte)' ';
                    var length = stop == ' ' ? rest[at..].IndexOfAny((byte)' ', (byte)'\t') : rest[at..].IndexOf(stop);
                    length = length < 0 && stop == ' ' ? rest.Length - at : length;
                    if (length <= 0)
                    {
                        return false;
                    }

                    argument = rest.Slice(at, length);
                    at += length;
                    break;
                default:
                    if (at >= rest.Length || rest[at] != form[i])
                    {
                        return false;
                    }

                    at++;
                    break;
            }
        }

        if (at < rest.Length && !(rest[at] is (byte)' ' or (byte)'\t'))
        {
            return false;
        }

        words.Skip(at);
        return true;
    }

    private static int SkipBlanks(ReadOnlySpan<byte> text, int at)
    {
        while (at < text.Length && (text[at] is (byte)' ' or (byte)'\t'))
        {
            at++;
        }

        return at;
    }
}
