using Sluice.Netfilter.Rules;

namespace Sluice.Netfilter.Iptables;

/// <summary>
/// How one match module is written: its options in iptables-save and its words in a listing. A syntax has no state; a match grows
/// from <see cref="Initial"/> option by option.
/// </summary>
internal abstract class MatchSyntax
{
    /// <summary>The module's name after <c>-m</c>.</summary>
    public abstract string Name { get; }

    /// <summary>The types of match it reads and writes; usually one.</summary>
    public abstract IReadOnlyList<Type> MatchTypes { get; }

    /// <summary>The match that <c>-m NAME</c> without options means.</summary>
    public abstract Match Initial { get; }

    /// <summary>Whether <see cref="Initial"/> is what the kernel assumes, so that iptables-save writes it with its options.</summary>
    public virtual bool WritesInitial => false;

    /// <summary>
    /// Adds the reader's current option to the match. Null when the option is not this module's. A malformed argument sets the
    /// reader's Failed: the whole module is then kept verbatim as unknown.
    /// </summary>
    public abstract Match? Take(Match current, ref OptionReader option);

    /// <summary>Writes the module's options, without the <c>-m NAME</c>.</summary>
    public abstract void Write(Match match, SaveWriter writer);

    /// <summary>Reads the module's words in a listing; null when the words are not this module's. It may leave the reader anywhere then.</summary>
    public virtual Match? ReadListing(ref ListingReader words) => null;
}

/// <summary>The syntax of one type of match.</summary>
internal abstract class MatchSyntax<T> : MatchSyntax
    where T : Match
{
    public sealed override IReadOnlyList<Type> MatchTypes { get; } = [typeof(T)];

    public sealed override Match Initial => Start;

    /// <summary>The match without options.</summary>
    protected abstract T Start { get; }

    public sealed override Match? Take(Match current, ref OptionReader option) => Take((T)current, ref option);

    public sealed override void Write(Match match, SaveWriter writer) => Write((T)match, writer);

    /// <inheritdoc cref="MatchSyntax.Take"/>
    protected abstract T? Take(T current, ref OptionReader option);

    /// <inheritdoc cref="MatchSyntax.Write"/>
    protected abstract void Write(T match, SaveWriter writer);
}
