namespace Sluice.Netfilter.Iptables;

/// <summary>In which form a run of lines gives a table.</summary>
internal enum BlockForm
{
    /// <summary><c>*nat</c> up to COMMIT: iptables-save.</summary>
    Save,

    /// <summary><c>-P</c>, <c>-N</c> and <c>-A</c> lines without a table line: <c>iptables -S</c>.</summary>
    Rules,

    /// <summary><c>Chain X (...)</c> and columns: <c>iptables -L</c>.</summary>
    Listing,

    /// <summary>Commands that make rules, as in a script.</summary>
    Script,
}
