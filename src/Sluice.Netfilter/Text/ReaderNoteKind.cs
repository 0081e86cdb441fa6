namespace Sluice.Netfilter.Text;

/// <summary>What a reader's note means for the answers that are given from the source.</summary>
public enum ReaderNoteKind
{
    /// <summary>The line is no rule: a remark, a prompt, the output of another program. Nothing is missing.</summary>
    Remark,

    /// <summary>A rule, or a part of one, could not be understood; it was kept word for word, or left out as the message says.</summary>
    NotUnderstood,

    /// <summary>The copy says, or its rule numbers show, that rules were left out.</summary>
    RulesCut,

    /// <summary>The dump ends in the middle of a table.</summary>
    Truncated,

    /// <summary>The same chain was given twice with different rules.</summary>
    Conflict,

    /// <summary>The node has tables that are not in the source.</summary>
    MissingTables,
}
