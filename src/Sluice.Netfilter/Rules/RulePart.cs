namespace Sluice.Netfilter.Rules;

/// <summary>
/// One part of a rule: a <see cref="Match"/> or a <see cref="Statement"/>. The kernel evaluates a rule's parts from left to
/// right; the first match that fails ends the rule.
/// </summary>
public abstract record RulePart;
