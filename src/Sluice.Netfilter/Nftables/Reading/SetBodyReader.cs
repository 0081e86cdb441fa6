using Sluice.Net;
using Sluice.Netfilter.Nftables.Catalog;
using Sluice.Netfilter.Rules.Sets;

namespace Sluice.Netfilter.Nftables.Reading;

/// <summary>Reads what stands in the braces of a named set or map.</summary>
internal sealed class SetBodyReader(NftTokens tokens, StatementParts parts)
{
    /// <summary>Reads up to the closing brace; says what was not understood, null when all was.</summary>
    public string? Read(SetDraft set)
    {
        string? problem = null;
        while (true)
        {
            tokens.SkipSeparators();
            if (tokens.Kind == NftTokenKind.End || tokens.TryTake("}"u8))
            {
                return problem;
            }

            var (start, depth) = (tokens.Start, tokens.Depth);
            if (!TryProperty(set) || !(tokens.IsEnd || tokens.Is("}"u8)))
            {
                problem ??= tokens.Start == start ? "a property" : "its elements or a property";
                tokens.SkipStatement(depth);
            }
        }
    }

    /// <summary>Reads <c>{ ... }</c> into the set; false when it is not understood. What was read before stays.</summary>
    public bool TryElements(SetDraft set) => set.Key is { } key && parts.Elements.TryReadAll(key, set.Data, set.Elements);

    private bool TryProperty(SetDraft set)
    {
        if (tokens.TryTake("type"u8))
        {
            return TryTypes(set);
        }

        if (tokens.TryTake("typeof"u8))
        {
            return TryTypesOf(set);
        }

        if (tokens.TryTake("flags"u8))
        {
            return TryFlags(set);
        }

        if (tokens.TryTake("elements"u8))
        {
            return tokens.TryTake("="u8) && TryElements(set);
        }

        if (tokens.TryTake("timeout"u8))
        {
            set.Timeout = tokens.TakeSpan();
            return set.Timeout is not null;
        }

        if (tokens.TryTake("gc-interval"u8))
        {
            set.GcInterval = tokens.TakeSpan();
            return set.GcInterval is not null;
        }

        if (tokens.TryTake("size"u8))
        {
            set.Size = tokens.TakeNumber() is <= uint.MaxValue and var size ? (uint)size : null;
            return set.Size is not null;
        }

        if (tokens.TryTake("comment"u8))
        {
            set.Comment = tokens.TakeText();
            return true;
        }

        if (tokens.TryTake("auto-merge"u8))
        {
            set.AutoMerge = true;
            return true;
        }

        if (tokens.TryTake("policy"u8))
        {
            // How the kernel stores it: nothing that a packet could see.
            return tokens.TakeText() is not null;
        }

        return TryStatements(set);
    }

    private bool TryStatements(SetDraft set)
    {
        var isRead = false;
        while (!tokens.IsEnd && !tokens.Is("}"u8))
        {
            if (tokens.TryTake("counter"u8))
            {
                parts.Conditions.ReadCounters();
                set.HasCounters = true;
            }
            else if (parts.Conditions.Read() is { } condition)
            {
                set.ElementStatement = condition.Text;
            }
            else if (tokens.TryTake("ct"u8) && tokens.TryTake("count"u8) && parts.Conditions.ReadConnections() is { } connections)
            {
                set.ElementStatement = connections.Text;
            }
            else
            {
                return false;
            }

            isRead = true;
        }

        return isRead;
    }

    private bool TryTypes(SetDraft set)
    {
        set.Key = ReadTypes();
        if (tokens.TryTake(":"u8))
        {
            set.Data = ReadTypes();
            return set.Key is not null && set.Data is not null;
        }

        return set.Key is not null;
    }

    private NftKeyType? ReadTypes()
    {
        var types = new List<NftType>();
        do
        {
            if (tokens.TakeText() is not { } name)
            {
                return null;
            }

            if (NftTypes.Find(name) is { } type)
            {
                // Listings as JSON call any number that; of those of 32 bits a set's type is called a mark here.
                types.Add(type.KernelId == NftTypes.IntegerId ? NftType.Mark : type);
            }
            else if (name is "counter" or "quota" or "limit" or "secmark" or "synproxy")
            {
                types.Add(NftTypes.ObjectName(name));
            }
            else if (name == "ct" && tokens.TakeText() is { } kind)
            {
                types.Add(NftTypes.ObjectName($"ct {kind}"));
            }
            else
            {
                return null;
            }
        }
        while (tokens.TryTake("."u8));

        return new NftKeyType(types.ToEquatableArray());
    }

    private bool TryTypesOf(SetDraft set)
    {
        set.Key = ReadTypeOf();
        if (!tokens.TryTake(":"u8))
        {
            return set.Key is not null;
        }

        set.Data = tokens.TryTake("verdict"u8) ? new NftKeyType([NftType.Verdict])
            : tokens.Is("counter"u8) || tokens.Is("quota"u8) || tokens.Is("limit"u8) ? ReadTypes()
            : ReadTypeOf();
        return set.Key is not null && set.Data is not null;
    }

    private NftKeyType? ReadTypeOf()
    {
        if (parts.Expressions.Read() is not { } expression || ExpressionTypes.Of(expression) is not { } type)
        {
            return null;
        }

        return new NftKeyType(type.Parts.Select(p => p is { KernelId: NftTypes.IntegerId, Bits: 32 } ? NftType.Mark : p).ToEquatableArray());
    }

    private bool TryFlags(SetDraft set)
    {
        do
        {
            NftSetFlags? flag = tokens.TakeText() switch
            {
                "constant" => NftSetFlags.Constant,
                "interval" => NftSetFlags.Interval,
                "timeout" => NftSetFlags.Timeout,
                "dynamic" => NftSetFlags.Dynamic,
                _ => null,
            };
            if (flag is null)
            {
                return false;
            }

            set.Flags |= flag.Value;
        }
        while (tokens.TryTake(","u8));

        return true;
    }
}
