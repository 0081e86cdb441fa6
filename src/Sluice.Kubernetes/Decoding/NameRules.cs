namespace Sluice.Kubernetes.Decoding;

/// <summary>What the API takes for a name. No such name holds anything that a rule, a shell or a terminal would obey.</summary>
internal static class NameRules
{
    public const string Label = "a name of at most 63 lower-case letters, digits and - (RFC 1123 label)";
    public const string Subdomain = "a name of at most 253 lower-case letters, digits, - and . (RFC 1123 subdomain)";
    public const string LabelValue = "at most 63 letters, digits, -, _ and .";

    /// <summary>Namespaces, Services, port names.</summary>
    public static bool IsLabel(string text) =>
        text is { Length: > 0 and <= 63 } && IsLetterOrDigit(text[0]) && IsLetterOrDigit(text[^1]) && text.All(c => IsLetterOrDigit(c) || c == '-');

    /// <summary>Names of everything else.</summary>
    public static bool IsSubdomain(string text) => text is { Length: > 0 and <= 253 } && AreParts(text);

    /// <summary>Values of labels, such as zones.</summary>
    public static bool IsLabelValue(string text) =>
        text.Length == 0 ||
        (text.Length <= 63 && char.IsAsciiLetterOrDigit(text[0]) && char.IsAsciiLetterOrDigit(text[^1]) && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.'));

    private static bool AreParts(ReadOnlySpan<char> text)
    {
        foreach (var range in text.Split('.'))
        {
            var part = text[range];
            if (part.IsEmpty || !IsLetterOrDigit(part[0]) || !IsLetterOrDigit(part[^1]))
            {
                return false;
            }

            foreach (var c in part)
            {
                if (!IsLetterOrDigit(c) && c != '-')
                {
                    return false;
                }
            }
        }

        return true;
    }

    private static bool IsLetterOrDigit(char c) => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c);
}
