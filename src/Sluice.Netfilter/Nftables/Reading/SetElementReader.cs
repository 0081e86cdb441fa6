using System.Runtime.InteropServices;
using Sluice.Net;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Rules.Sets;

namespace Sluice.Netfilter.Nftables.Reading;

/// <summary>Reads the elements of sets and maps, named and a rule's own.</summary>
internal sealed class SetElementReader(NftTokens tokens, ValueReader values, VerdictReader verdicts, ConditionReader conditions)
{
    private const int Deepest = 8;

    private int _depth;

    /// <summary>Whether data of several parts may stop behind the first: what a rule's own map yields is told by its elements.</summary>
    public bool AllowsFirstPartOnly { get; set; }

    /// <summary>Reads <c>{ ... }</c> into the list, in the order of the text; false when it is not understood.</summary>
    public bool TryReadAll(NftKeyType key, NftKeyType? data, List<SetElement> elements)
    {
        if (_depth >= Deepest || !tokens.TryTake("{"u8))
        {
            return false;
        }

        _depth++;
        var isRead = TryReadList(key, data, elements);
        _depth--;
        return isRead;
    }

    /// <summary>Reads the next element; null when it is not understood.</summary>
    public SetElement? Read(NftKeyType key, NftKeyType? data)
    {
        Span<byte> first = stackalloc byte[key.Bytes], last = stackalloc byte[key.Bytes];
        SetElement element;
        if (key.Parts.Count == 1 && tokens.TryTake("*"u8))
        {
            element = new SetElement(default, default) { IsCatchAll = true };
        }
        else
        {
            if (!TryParts(key, first, last, out var length) || length < key.Bytes)
            {
                return null;
            }

            var lowest = NftValue.Of(first);
            element = new SetElement(lowest, first.SequenceEqual(last) ? lowest : NftValue.Of(last));
        }

        element = ReadExtras(element);
        if (data is null)
        {
            return element;
        }

        return tokens.TryTake(":"u8) && ReadData(data, element) is { } mapped ? ReadExtras(mapped) : null;
    }

    /// <summary>The elements in the order of their keys.</summary>
    public static EquatableArray<SetElement> Sorted(List<SetElement> elements)
    {
        CollectionsMarshal.AsSpan(elements).Sort(static (a, b) => Compare(a, b));
        return elements.ToEquatableArray();
    }

    // One for all keys that have none has no key; nft writes it last.
    private static int Compare(SetElement a, SetElement b)
    {
        if (a.IsCatchAll != b.IsCatchAll)
        {
            return a.IsCatchAll ? 1 : -1;
        }

        var order = a.First.CompareTo(b.First);
        return order != 0 ? order : a.Last.CompareTo(b.Last);
    }

    private bool TryReadList(NftKeyType key, NftKeyType? data, List<SetElement> elements)
    {
        while (true)
        {
            tokens.SkipSeparators();
            if (tokens.TryTake("}"u8))
            {
                return true;
            }

            if (tokens.Is("{"u8))
            {
                // What a variable stands for may be a set of its own.
                if (!TryReadAll(key, data, elements))
                {
                    return false;
                }
            }
            else if (Read(key, data) is { } element)
            {
                elements.Add(element);
            }
            else
            {
                return false;
            }

            tokens.SkipSeparators();
            if (!tokens.TryTake(","u8) && !tokens.Is("}"u8))
            {
                return false;
            }
        }
    }

    // Stops where no further part comes: the length tells how far.
    private bool TryParts(NftKeyType key, Span<byte> first, Span<byte> last, out int length)
    {
        length = 0;
        if (key.Parts.Count == 1)
        {
            length = key.Bytes;
            return values.TryRead(key.Parts[0], first, last);
        }

        first.Clear();
        last.Clear();
        foreach (var type in key.Parts)
        {
            if (length > 0 && !tokens.TryTake("."u8))
            {
                return true;
            }

            if (!values.TryRead(type, first.Slice(length, type.Bytes), last.Slice(length, type.Bytes)))
            {
                return false;
            }

            length += NftValue.Padded(type.Bytes);
        }

        return true;
    }

    private SetElement? ReadData(NftKeyType data, SetElement element)
    {
        if (data.IsVerdict)
        {
            return verdicts.Read() is { } verdict ? element with { Verdict = verdict } : null;
        }

        if (data.Parts is [{ KernelId: 0 }])
        {
            return tokens.TakeText() is { } name ? element with { Data = NftValue.OfText(name, System.Text.Encoding.UTF8.GetByteCount(name)) } : null;
        }

        Span<byte> first = stackalloc byte[data.Bytes], last = stackalloc byte[data.Bytes];
        var isRead = TryParts(data, first, last, out var length) && first.SequenceEqual(last);
        return isRead && (length == data.Bytes || AllowsFirstPartOnly) ? element with { Data = NftValue.Of(first[..length]) } : null;
    }

    private SetElement ReadExtras(SetElement element)
    {
        while (true)
        {
            if (tokens.TryTake("comment"u8))
            {
                element = element with { Comment = tokens.TakeText() };
            }
            else if (tokens.TryTake("timeout"u8))
            {
                element = element with { Timeout = tokens.TakeSpan() };
            }
            else if (tokens.TryTake("expires"u8))
            {
                element = element with { Expires = tokens.TakeSpan() };
            }
            else if (tokens.TryTake("counter"u8))
            {
                element = element with { Counters = conditions.ReadCounters() ?? new RuleCounters(0, 0) };
            }
            else if (conditions.Read() is null)
            {
                // What an element's own limit says is said for the whole set.
                return element;
            }
        }
    }
}
