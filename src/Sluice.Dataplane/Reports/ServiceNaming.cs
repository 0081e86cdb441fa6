using Sluice.Netfilter.Tracing;

namespace Sluice.Dataplane.Reports;

/// <summary>Names the Service that a packet was sent to, from the comments of the rules it matched.</summary>
public static class ServiceNaming
{
    /// <summary>The name with its port's, e.g. <c>kube-system/kube-dns:dns</c>; null when no rule on the way names one.</summary>
    public static string? Of(Trace trace)
    {
        foreach (var outcome in trace.Outcomes)
        {
            if (Of(outcome) is { } name)
            {
                return name;
            }
        }

        return null;
    }

    /// <summary>The same for one way.</summary>
    public static string? Of(Outcome outcome)
    {
        foreach (var step in outcome.Path)
        {
            if (step.Comment is { } comment && OfComment(comment) is { } name)
            {
                return name;
            }
        }

        return null;
    }

    /// <summary>
    /// The Service that a comment of kube-proxy begins with: <c>default/testsvc: cluster IP</c> in old versions,
    /// <c>default/testsvc:https cluster IP</c> today. Null for other comments.
    /// </summary>
    public static string? OfComment(string comment)
    {
        var text = comment.AsSpan().Trim().TrimStart('"');
        var end = text.IndexOfAny(' ', '"');
        var word = (end < 0 ? text : text[..end]).TrimEnd(':');
        var slash = word.IndexOf('/');
        if (slash <= 0 || slash == word.Length - 1)
        {
            return null;
        }

        var name = word[(slash + 1)..];
        var colon = name.IndexOf(':');
        return IsLabel(word[..slash]) && IsLabel(colon < 0 ? name : name[..colon]) && (colon < 0 || IsLabel(name[(colon + 1)..]))
            ? word.ToString()
            : null;
    }

    private static bool IsLabel(ReadOnlySpan<char> text)
    {
        foreach (var c in text)
        {
            if (!char.IsAsciiLetterLower(c) && !char.IsAsciiDigit(c) && c is not ('-' or '.'))
            {
                return false;
            }
        }

        return text.Length is > 0 and <= 253;
    }
}
