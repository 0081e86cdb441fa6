using System.Text;
using Sluice.Net;
using Sluice.Netfilter.Nftables.Reading;
using Sluice.Netfilter.Rules.Expressions;
using Sluice.Netfilter.Rules.Sets;

namespace Sluice.Netfilter.Nftables.Writing;

/// <summary>Sets, references to them and their elements in nft's words.</summary>
internal static class SetWords
{
    /// <summary>A set as a rule names it.</summary>
    /// <param name="set">The set.</param>
    /// <param name="key">What the rule looks up in it.</param>
    public static string Reference(NftSetReference set, NftExpression key)
    {
        if (set is NftSetReference.Named named)
        {
            return $"@{named.Name}";
        }

        var own = ((NftSetReference.Anonymous)set).Set;
        var drawn = ExpressionWords.DrawnParts(key);
        return $"{{ {string.Join(", ", own.Elements.Select(e => Element(own, e, drawn)))} }}";
    }

    /// <summary>One element: the key, what is said of it, and what it stands for.</summary>
    public static string Element(NftSet set, SetElement element, EquatableArray<bool> drawn)
    {
        var text = new StringBuilder(element.IsCatchAll ? "*" : Parts(set.Key, element.First, element.Last, drawn));
        if (element.Counters is { } counters && set.HasCounters)
        {
            text.Append($" counter packets {counters.Packets} bytes {counters.Bytes}");
        }

        if (element.Timeout is { } timeout)
        {
            text.Append(" timeout ").Append(TimeWords.Write(timeout));
        }

        if (element.Expires is { } expires)
        {
            text.Append(" expires ").Append(TimeWords.Write(expires));
        }

        if (element.Comment is { } comment)
        {
            text.Append(" comment \"").Append(comment).Append('"');
        }

        if (element.Verdict is { } verdict)
        {
            text.Append(" : ").Append(VerdictWords.Write(verdict));
        }
        else if (element.Data is { } data && set.Data is { } type)
        {
            text.Append(" : ").Append(type.Parts is [{ KernelId: 0 }] ? $"\"{data.ToText()}\"" : Parts(type, data, data, default));
        }

        return text.ToString();
    }

    private static string Parts(NftKeyType type, NftValue first, NftValue last, EquatableArray<bool> drawn)
    {
        if (type.Parts.Count == 1)
        {
            return ValueWords.Range(type.Parts[0], first, last, drawn.Count == 1 && drawn[0]);
        }

        var parts = new string[type.Parts.Count];
        var offset = 0;
        for (var i = 0; i < parts.Length; i++)
        {
            var part = type.Parts[i];
            parts[i] = ValueWords.Range(part, first.Slice(offset, part.Bytes), last.Slice(offset, part.Bytes), i < drawn.Count && drawn[i]);
            offset += NftValue.Padded(part.Bytes);
        }

        return string.Join(" . ", parts);
    }
}
