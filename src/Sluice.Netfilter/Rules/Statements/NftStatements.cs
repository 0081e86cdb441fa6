using Sluice.Netfilter.Rules.Expressions;

namespace Sluice.Netfilter.Rules.Statements;

/// <summary>Gives something of the packet a new value: <c>meta mark set</c>, <c>ct mark set</c>, <c>ip dscp set</c>, ...</summary>
/// <param name="Target">What changes: a <see cref="NftExpression.Meta"/>, <see cref="NftExpression.Conntrack"/> or <see cref="NftExpression.Payload"/>.</param>
/// <param name="Value">The value.</param>
public sealed record SetValue(NftExpression Target, NftExpression Value) : Statement;

/// <summary>Counts packets and bytes (<c>counter</c>). What it counted is the rule's <see cref="Rule.Counters"/>.</summary>
/// <param name="Name">The name of the table's counter, or the map that finds it; null for the rule's own.</param>
public sealed record Count(string? Name) : Statement
{
    /// <inheritdoc/>
    public override bool IsObserver => true;
}

/// <summary>Adds an element to a set or map, renews it, or deletes it (<c>add</c>, <c>update</c>, <c>delete</c>).</summary>
/// <param name="Operation">Which.</param>
/// <param name="Set">The set's name.</param>
/// <param name="Key">The key.</param>
/// <param name="Data">For a map: what it shall stand for; null for a set.</param>
/// <param name="Timeout">How long it shall live; null for the set's own timeout.</param>
public sealed record ChangeSet(SetOperation Operation, string Set, NftExpression Key, NftExpression? Data, TimeSpan? Timeout) : Statement
{
    /// <summary>Whether the element counts packets. What else the element asks for follows as <see cref="Matches.NftCondition"/>s of the element.</summary>
    public bool HasCounter { get; init; }

    /// <summary>For a set that only this rule knows (<c>meter</c>): how many elements it may have, 0 for any number; null for a set of the table.</summary>
    public uint? MeterSize { get; init; }

    /// <inheritdoc/>
    public override bool IsObserver => true;
}

/// <summary>What a rule does to a set.</summary>
public enum SetOperation
{
    /// <summary>Adds it unless it is there.</summary>
    Add,

    /// <summary>Adds it, or begins its timeout anew.</summary>
    Update,

    /// <summary>Takes it out.</summary>
    Delete,
}

/// <summary>A statement that leaves packet and path alone, or whose effect no question asks for, kept in nft's words: <c>flow add @f</c>, <c>dup to</c>, <c>ct helper set</c>, <c>meta nftrace set</c>, ...</summary>
/// <param name="Text">Its text.</param>
public sealed record NftObserver(string Text) : Statement
{
    /// <inheritdoc/>
    public override bool IsObserver => true;
}
