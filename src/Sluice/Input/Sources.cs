using Sluice.Netfilter.Text;

namespace Sluice.Input;

/// <summary>Texts to read a node from.</summary>
internal sealed class Sources
{
    private readonly List<SourceText> _all = [];
    private readonly HashSet<SourceText> _optional = new(ReferenceEqualityComparer.Instance);

    /// <summary>The texts in order.</summary>
    public IReadOnlyList<SourceText> All => _all;

    /// <summary>Adds a text that the person named: it must be good for something.</summary>
    public void Add(SourceText source) => _all.Add(source);

    /// <summary>Adds a text that merely lay in a directory, or that a tool printed.</summary>
    public void AddOptional(SourceText source)
    {
        _all.Add(source);
        _optional.Add(source);
    }

    /// <summary>Whether nobody is surprised when the text holds nothing.</summary>
    public bool MayBeUseless(SourceText source) => _optional.Contains(source);
}
