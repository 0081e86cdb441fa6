namespace Sluice.Netfilter.Iptables;

/// <summary>What a command of iptables-restore does to a chain.</summary>
public enum RestoreVerb
{
    /// <summary><c>-A</c>: adds a rule at the end.</summary>
    Append,

    /// <summary><c>-I</c>: adds a rule before the one at a position.</summary>
    Insert,

    /// <summary><c>-D</c>: removes the first rule that is equal.</summary>
    Delete,
}
