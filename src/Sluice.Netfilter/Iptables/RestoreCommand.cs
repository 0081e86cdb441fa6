namespace Sluice.Netfilter.Iptables;

/// <summary>One command of iptables-restore about one rule.</summary>
/// <param name="Verb">What to do.</param>
/// <param name="Chain">The chain.</param>
/// <param name="Rule">The rule's options, as iptables takes them; already quoted where needed, without line breaks.</param>
/// <param name="Position">For <see cref="RestoreVerb.Insert"/>, the number the rule will have, from 1; else 0.</param>
public readonly record struct RestoreCommand(RestoreVerb Verb, string Chain, string Rule, int Position = 0);
