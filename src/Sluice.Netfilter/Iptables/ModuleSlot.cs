using Sluice.Netfilter.Rules;

namespace Sluice.Netfilter.Iptables;

/// <summary>A match module that a rule opened with <c>-m</c>, while it is being read; without a syntax its text is kept as written.</summary>
internal readonly record struct ModuleSlot(MatchSyntax? Syntax, Match? Match, string Text)
{
    public bool IsModule { get; init; }

    public bool IsQuoted { get; init; }

    public static ModuleSlot Unknown(string text) => new(null, null, text) { IsModule = true };

    /// <summary>The module as iptables-save writes it, for when the rest of it is not understood.</summary>
    public static string VerbatimOf(ModuleSlot slot)
    {
        var writer = new SaveWriter();
        writer.Raw("-m ").Raw(slot.Syntax!.Name);
        if (slot.Match != slot.Syntax.Initial)
        {
            slot.Syntax.Write(slot.Match!, writer);
        }

        return writer.ToString();
    }
}
