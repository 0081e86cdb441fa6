using Sluice.Netfilter.Rules;

namespace Sluice.Netfilter.Iptables;

/// <summary>How one target is written: its options in iptables-save and its words in a listing.</summary>
internal abstract class TargetSyntax
{
    /// <summary>The target's name after <c>-j</c>.</summary>
    public abstract string Name { get; }

    /// <summary>The statement that <c>-j NAME</c> without options means.</summary>
    public abstract Statement Initial { get; }

    /// <summary>Adds the reader's current option to the statement; null when the option is not this target's.</summary>
    public virtual Statement? Take(Statement current, ref OptionReader option) => null;

    /// <summary>Whether this target writes the statement.</summary>
    public abstract bool CanWrite(Statement statement);

    /// <summary>Writes the target's options, without the <c>-j NAME</c>.</summary>
    public virtual void Write(Statement statement, SaveWriter writer)
    {
    }

    /// <summary>
    /// Reads the target's words, which follow those of the matches in a listing; null when they are not understood. Targets that
    /// print nothing return <see cref="Initial"/>.
    /// </summary>
    public virtual Statement? ReadListing(ref ListingReader words) => Initial;
}

/// <summary>A target with options and a statement type of its own.</summary>
internal abstract class TargetSyntax<T> : TargetSyntax
    where T : Statement
{
    public sealed override Statement Initial => Start;

    /// <summary>The statement without options.</summary>
    protected abstract T Start { get; }

    public sealed override Statement? Take(Statement current, ref OptionReader option) => Take((T)current, ref option);

    public sealed override void Write(Statement statement, SaveWriter writer) => Write((T)statement, writer);

    public override bool CanWrite(Statement statement) => statement is T;

    /// <inheritdoc cref="TargetSyntax.Take"/>
    protected abstract T? Take(T current, ref OptionReader option);

    /// <summary>Reads the rest of a listing's line as the target's options without their dashes; null when it is something else.</summary>
    protected T? ReadOptions(ref ListingReader words)
    {
        var statement = Start;
        var option = words.AsOptions();
        while (option.MoveNext())
        {
            if (Take(statement, ref option) is not { } grown || option.Failed)
            {
                return null;
            }

            statement = grown;
        }

        words.SkipAll();
        return statement;
    }

    /// <inheritdoc cref="TargetSyntax.Write"/>
    protected abstract void Write(T statement, SaveWriter writer);
}

/// <summary>A target without options: ACCEPT, DROP, RETURN, TRACE.</summary>
internal sealed class PlainTargetSyntax(string name, Statement statement) : TargetSyntax
{
    public override string Name => name;

    public override Statement Initial => statement;

    public override bool CanWrite(Statement other) => other.Equals(statement);
}
